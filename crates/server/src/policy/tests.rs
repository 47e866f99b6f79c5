//! Tests of the policy for addresses, ports and files. Each passes commands as a client sends them to
//! `Policy::apply` and compares the changed command, or the class and message of the error. A failure means
//! that clients could use what the administrator forbids, or can't use what is allowed.

use super::*;
use protocol::ErrorClass;
use serde_json::json;

/// Listens on 10.0.0.5 and loopback, with ports 40000-49999, behind media.example.com.
fn strict() -> Policy {
    Policy {
        listen_ips: vec!["10.0.0.5".parse().unwrap(), "127.0.0.1".parse().unwrap()],
        rtc_ports: Some("40000-49999".parse().unwrap()),
        announced_address: Some("media.example.com".into()),
    }
}

fn announcing(address: &str) -> Policy {
    Policy {
        announced_address: Some(address.into()),
        ..Policy::default()
    }
}

/// Returns the outcome of a command: its JSON, or the error's class and message.
fn applied(policy: &Policy, command: Value) -> Result<Value, (ErrorClass, String)> {
    let shown = command.to_string();
    let mut command: Command = serde_json::from_value(command).expect(&shown);
    policy
        .apply(&mut command)
        .map_err(|error| (error.class, error.message))?;
    Ok(serde_json::to_value(&command).unwrap())
}

/// Returns the commands that take one `listenInfo`, and those that take several, with the same one.
fn forms_of_listen_info(info: &Value) -> Vec<Value> {
    vec![
        json!({ "createWebRtcServer": { "listenInfos": [info] } }),
        json!({ "createWebRtcTransport": { "listenInfos": [info] } }),
        json!({ "createPlainTransport": { "listenInfo": info } }),
        json!({ "createPlainTransport": { "rtcpListenInfo": info } }),
        json!({ "createPipeTransport": { "listenInfo": info } }),
        json!({ "pipeToRouter": { "listenInfo": info } }),
    ]
}

/// Returns the same for the deprecated `listenIp`.
fn forms_of_listen_ip(listen_ip: &Value, port: u32) -> Vec<Value> {
    vec![
        json!({ "createWebRtcTransport": { "listenIps": [listen_ip], "port": port } }),
        json!({ "createPlainTransport": { "listenIp": listen_ip, "port": port } }),
        json!({ "createPipeTransport": { "listenIp": listen_ip, "port": port } }),
        json!({ "pipeToRouter": { "listenIp": listen_ip, "port": port } }),
    ]
}

fn every_form(ip: &str, port: u32) -> Vec<Value> {
    let info = json!({ "protocol": "udp", "ip": ip, "port": port });
    [
        forms_of_listen_info(&info),
        forms_of_listen_ip(&json!(ip), port),
        forms_of_listen_ip(&json!({ "ip": ip }), port),
    ]
    .concat()
}

#[test]
fn the_default_policy_changes_nothing() {
    let odd = json!({ "protocol": "udp", "ip": "::1", "port": "70000", "portRange": [] });
    let mut commands = every_form("0.0.0.0", 22);
    commands.extend(forms_of_listen_info(&odd));
    commands.push(json!({ "createWorker": { "rtcMinPort": -1, "rtcMaxPort": "x" } }));
    commands.push(json!("resume"));
    for command in commands {
        let applied = applied(&Policy::default(), command.clone());
        assert_eq!(applied, Ok(command));
    }
}

#[test]
fn local_files_and_binaries_are_rejected() {
    for name in ["workerBin", "dtlsCertificateFile", "dtlsPrivateKeyFile"] {
        for policy in [Policy::default(), strict()] {
            let command = json!({ "createWorker": { name: "/bin/sh" } });
            let (class, message) = applied(&policy, command).unwrap_err();
            assert_eq!(class, ErrorClass::UnsupportedError);
            assert!(message.starts_with(name), "{message}");
        }
        for absent in [Value::Null, json!("")] {
            let command = json!({ "createWorker": { name: absent } });
            let expected = json!({ "createWorker": {} });
            assert_eq!(applied(&Policy::default(), command), Ok(expected));
        }
    }
}

#[test]
fn tenants_cannot_share_a_port() {
    for policy in [Policy::default(), strict()] {
        for flag in [json!(true), json!(1), json!("false"), json!({})] {
            let flags = json!({ "udpReusePort": flag });
            let info = json!({ "protocol": "udp", "ip": "127.0.0.1", "flags": flags });
            for command in forms_of_listen_info(&info) {
                let (class, message) = applied(&policy, command).unwrap_err();
                assert_eq!(class, ErrorClass::UnsupportedError);
                assert!(message.starts_with("udpReusePort"), "{message}");
            }
        }
        for flags in [
            json!({ "udpReusePort": false }),
            json!({ "udpReusePort": 0 }),
            json!({ "ipv6Only": true }),
            Value::Null,
            json!([]),
        ] {
            let info = json!({ "protocol": "udp", "ip": "127.0.0.1", "flags": flags });
            for command in forms_of_listen_info(&info) {
                assert!(applied(&policy, command).is_ok(), "{flags}");
            }
        }
        let flags = json!({ "udpReusePort": true });
        let tcp = json!({ "protocol": "tcp", "ip": "127.0.0.1", "flags": flags });
        let server = json!({ "createWebRtcServer": { "listenInfos": [tcp] } });
        assert!(
            applied(&policy, server).is_ok(),
            "mediasoup ignores it for TCP"
        );
    }
}

#[test]
fn a_worker_gets_ports_of_the_servers_range() {
    for (sentence, asked, given) in [
        ("none", json!({}), (40000, 49999)),
        (
            "mediasoup's default",
            json!({ "rtcMinPort": 10000, "rtcMaxPort": 59999 }),
            (40000, 49999),
        ),
        (
            "a part of it",
            json!({ "rtcMinPort": 41000, "rtcMaxPort": 41100 }),
            (41000, 41100),
        ),
        (
            "more at one end",
            json!({ "rtcMinPort": 45000, "rtcMaxPort": 60000 }),
            (45000, 49999),
        ),
        ("one end", json!({ "rtcMinPort": 45000 }), (45000, 49999)),
        (
            "another machine's",
            json!({ "rtcMinPort": 20000, "rtcMaxPort": 30000 }),
            (40000, 49999),
        ),
        (
            "values that mediasoup ignores, not numbers",
            json!({ "rtcMinPort": "1", "rtcMaxPort": null }),
            (40000, 49999),
        ),
    ] {
        let applied = applied(&strict(), json!({ "createWorker": asked }));
        let expected = json!({ "rtcMinPort": given.0, "rtcMaxPort": given.1 });
        assert_eq!(
            applied,
            Ok(json!({ "createWorker": expected })),
            "{sentence}"
        );
    }
    for asked in [
        json!({ "rtcMinPort": 65536 + 22, "rtcMaxPort": 65536 + 23 }),
        json!({ "rtcMinPort": -1 }),
        json!({ "rtcMinPort": 40000.5 }),
        json!({ "rtcMinPort": 42000, "rtcMaxPort": 41000 }),
    ] {
        let refused = applied(&strict(), json!({ "createWorker": asked }));
        assert_eq!(
            refused,
            Err((ErrorClass::TypeError, "wrong settings".into()))
        );
    }
}

#[test]
fn addresses_are_those_of_the_server() {
    for command in [every_form("10.0.0.5", 0), every_form("127.0.0.1", 0)].concat() {
        assert!(applied(&strict(), command.clone()).is_ok(), "{command}");
    }
    for ip in [
        "0.0.0.0",
        "::",
        "10.0.0.6",
        "010.0.0.5",
        "::ffff:10.0.0.5",
        "localhost",
        "",
    ] {
        for command in every_form(ip, 0) {
            // An empty listenIp is ignored; mediasoup rejects a command without any address.
            let is_none = ip.is_empty() && command.to_string().contains("\"listenIp\":\"\"");
            let refused = applied(&strict(), command.clone());
            if is_none {
                assert_eq!(refused, Ok(command));
                continue;
            }
            let (class, message) = refused.expect_err(&command.to_string());
            assert_eq!(class, ErrorClass::TypeError);
            assert_eq!(
                message,
                format!("the server doesn't listen on {ip}, only on 10.0.0.5, 127.0.0.1")
            );
        }
    }
}

#[test]
fn an_address_that_is_not_a_string_is_rejected() {
    for ip in [
        json!(["10.9.9.9"]),
        json!(1),
        json!({ "toString": "10.0.0.5" }),
        json!(true),
    ] {
        for command in forms_of_listen_info(&json!({ "protocol": "udp", "ip": ip })) {
            assert!(applied(&strict(), command.clone()).is_err(), "{command}");
        }
    }
}

#[test]
fn malformed_options_are_left_to_mediasoup() {
    for malformed in [json!(null), json!(7), json!("x"), json!([1]), json!({})] {
        for command in forms_of_listen_info(&malformed) {
            assert_eq!(applied(&strict(), command.clone()), Ok(command));
        }
    }
    for command in [
        json!({ "createWebRtcTransport": { "listenInfos": "abc" } }),
        json!({ "createWebRtcTransport": { "listenIps": [null, 7, [], {}] } }),
        json!({ "createPlainTransport": {} }),
        json!({ "createPipeTransport": { "listenIp": null, "port": 22 } }),
        json!({ "pipeToRouter": { "producerId": "p" } }),
    ] {
        assert_eq!(applied(&strict(), command.clone()), Ok(command));
    }
}

#[test]
fn with_a_web_rtc_server_other_options_are_ignored() {
    let command = json!({ "createWebRtcTransport": {
        "webRtcServerId": "s", "listenInfos": [{ "protocol": "udp", "ip": "0.0.0.0" }],
    } });
    assert_eq!(applied(&strict(), command.clone()), Ok(command));
}

#[test]
fn ports_must_be_in_the_servers_range() {
    for port in [0, 40000, 49999] {
        for command in every_form("127.0.0.1", port) {
            assert!(applied(&strict(), command.clone()).is_ok(), "{command}");
        }
    }
    for port in [22, 39999, 50000, 65536, 65536 + 40000] {
        for command in every_form("127.0.0.1", port) {
            let (class, message) =
                applied(&strict(), command.clone()).expect_err(&command.to_string());
            assert_eq!(class, ErrorClass::TypeError);
            assert_eq!(
                message,
                format!("port {port} is outside of the server's range 40000-49999")
            );
        }
    }
}

#[test]
fn a_port_that_is_not_a_number_is_rejected() {
    for port in [
        json!("41000"),
        json!(true),
        json!([41000]),
        json!(41000.5),
        json!(-24536),
    ] {
        let info = json!({ "protocol": "udp", "ip": "127.0.0.1", "port": port });
        for command in forms_of_listen_info(&info) {
            assert!(applied(&strict(), command.clone()).is_err(), "{command}");
        }
    }
}

#[test]
fn port_ranges_must_be_in_the_servers_range() {
    for (range, is_allowed) in [
        (json!({ "min": 40000, "max": 49999 }), true),
        (json!({ "min": 41000, "max": 41000 }), true),
        (json!({ "min": 0, "max": 0 }), true),
        (json!({}), true),
        (json!(null), true),
        (json!({ "min": 39999, "max": 41000 }), false),
        (json!({ "min": 41000, "max": 50000 }), false),
        (json!({ "min": 1, "max": 65535 }), false),
        (json!({ "max": 41000 }), false),
        (json!({ "min": "41000", "max": 41000 }), false),
        (json!({ "min": 65536 + 22, "max": 65536 + 23 }), false),
    ] {
        let info = json!({ "protocol": "udp", "ip": "127.0.0.1", "portRange": range });
        for command in forms_of_listen_info(&info) {
            let applied = applied(&strict(), command.clone());
            assert_eq!(applied.is_ok(), is_allowed, "{command}: {applied:?}");
        }
    }
}

#[test]
fn an_address_is_announced_if_the_client_has_none() {
    let ours = json!("media.example.com");
    for (sentence, announced, expected) in [
        ("none", json!({}), &ours),
        ("null", json!({ "announcedAddress": null }), &ours),
        ("empty", json!({ "announcedAddress": "" }), &ours),
        (
            "a wildcard",
            json!({ "announcedAddress": "0.0.0.0" }),
            &ours,
        ),
        (
            "a wildcard, the old way",
            json!({ "announcedIp": "::" }),
            &ours,
        ),
        (
            "their own",
            json!({ "announcedAddress": "192.0.2.9" }),
            &json!("192.0.2.9"),
        ),
    ] {
        let mut info = json!({ "protocol": "udp", "ip": "10.0.0.5" });
        info.as_object_mut()
            .unwrap()
            .extend(announced.as_object().unwrap().clone());
        let command = json!({ "createPlainTransport": { "listenInfo": info } });
        let applied = applied(&strict(), command).unwrap();
        let info = &applied["createPlainTransport"]["listenInfo"];
        assert_eq!(&info["announcedAddress"], expected, "{sentence}");
        assert_eq!(info.get("announcedIp"), None, "{sentence}");
    }
    let theirs = json!({ "protocol": "udp", "ip": "10.0.0.5", "announcedIp": "192.0.2.9" });
    let command = json!({ "createPlainTransport": { "listenInfo": theirs } });
    assert_eq!(
        applied(&strict(), command.clone()),
        Ok(command),
        "their own, the old way"
    );
}

#[test]
fn an_address_is_announced_in_every_form() {
    let policy = announcing("192.0.2.1");
    let info = json!({ "protocol": "udp", "ip": "0.0.0.0" });
    for command in forms_of_listen_info(&info).into_iter().take(5) {
        let applied = applied(&policy, command).unwrap().to_string();
        assert!(
            applied.contains(r#""announcedAddress":"192.0.2.1""#),
            "{applied}"
        );
    }
    for listen_ip in [
        json!("0.0.0.0"),
        json!({ "ip": "0.0.0.0", "announcedIp": null }),
    ] {
        for command in forms_of_listen_ip(&listen_ip, 0).into_iter().take(3) {
            let applied = applied(&policy, command).unwrap().to_string();
            let expected = r#"{"ip":"0.0.0.0","announcedIp":"192.0.2.1"}"#;
            assert!(applied.contains(expected), "{applied}");
        }
    }
}

#[test]
fn nothing_is_announced_where_it_would_break_connections() {
    for (sentence, policy, ip) in [
        (
            "pipes over loopback find each other by address",
            announcing("192.0.2.1"),
            "127.0.0.1",
        ),
        ("the same over IPv6", announcing("2001:db8::1"), "::1"),
        (
            "IPv4 for an IPv6 socket",
            announcing("192.0.2.1"),
            "2001:db8::5",
        ),
        (
            "IPv6 for an IPv4 socket",
            announcing("2001:db8::1"),
            "10.0.0.5",
        ),
        ("no address", announcing("192.0.2.1"), "not an address"),
    ] {
        for command in every_form(ip, 0) {
            assert_eq!(applied(&policy, command.clone()), Ok(command), "{sentence}");
        }
    }
    let info = json!({ "protocol": "udp", "ip": "10.0.0.5" });
    let command = json!({ "pipeToRouter": { "listenInfo": info } });
    let unchanged = applied(&announcing("192.0.2.1"), command.clone());
    assert_eq!(unchanged, Ok(command), "both ends are on this server");
}

#[test]
fn a_range_of_ports_has_two_ends() {
    assert_eq!("1-65535".parse(), Ok(PortRange { min: 1, max: 65535 }));
    assert_eq!("5-5".parse::<PortRange>().unwrap().to_string(), "5-5");
    for text in ["", "5", "5-", "-5", "0-5", "6-5", "1-65536", "1-2-3", "a-b"] {
        assert!(text.parse::<PortRange>().is_err(), "{text}");
    }
}
