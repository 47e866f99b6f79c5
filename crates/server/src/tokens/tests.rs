//! Tests of tokens: files are parsed and tokens checked as the authenticator does, with keys that the test
//! generates. A failure means that the server admits a wrong token, refuses a right one, or grants other
//! limits than the file and the token's claims say.

use super::signed::{ED25519_SPKI, LEEWAY};
use super::*;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use jsonwebtoken::get_current_timestamp;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

const DEFAULTS: Limits = Limits {
    workers: 8,
    objects: 1000,
    commands_per_second: 500,
    sessions: 10,
    clients: 20,
};

/// A signer of tokens.
struct Signer {
    pair: Ed25519KeyPair,
    public: Vec<u8>,
}

impl Signer {
    fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        Self { pair, public }
    }

    fn sign(&self, claims: &Value) -> String {
        jwt("EdDSA", claims, |message| {
            self.pair.sign(message).as_ref().to_vec()
        })
    }

    /// Returns the public key as `openssl pkey -pubout` writes it.
    fn pem(&self) -> String {
        pem(&self.public)
    }

    fn tokens(&self, more: &str) -> Tokens {
        let pem = self.pem();
        parse(&format!(
            "[[keys]]\nname = \"conference\"\npublic-key = '''{pem}'''\n{more}"
        ))
        .unwrap()
    }
}

fn pem(public: &[u8]) -> String {
    let body = BASE64.encode(&[&ED25519_SPKI, public].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

fn jwt(algorithm: &str, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = json!({ "alg": algorithm, "typ": "JWT" });
    let unsigned = format!("{}.{}", part(&header), part(claims));
    let signature = BASE64URL_NOPAD.encode(&sign(unsigned.as_bytes()));
    format!("{unsigned}.{signature}")
}

fn parse(text: &str) -> Result<Tokens, String> {
    Tokens::parse(text, DEFAULTS)
}

fn soon() -> u64 {
    get_current_timestamp() + 60
}

#[test]
fn a_secret_grants_its_name_and_its_limits() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let tokens = parse(&format!(
        r#"
        [[tokens]]
        name = "one"
        secret = "0123456789abcdef"
        [[tokens]]
        name = "two"
        sha256 = "{hash}"
        session = "lobby"
        limits = {{ workers = 2, commands-per-second = 7 }}
        "#
    ))
    .unwrap();
    let one = tokens.check("0123456789abcdef").unwrap();
    assert_eq!(
        (one.tenant.to_string().as_str(), one.session, one.limits),
        ("token:one", None, DEFAULTS)
    );
    let two = tokens.check("test").unwrap();
    assert_eq!(
        (two.tenant.to_string().as_str(), two.session.as_deref()),
        ("token:two", Some("lobby"))
    );
    let limits = Limits {
        workers: 2,
        commands_per_second: 7,
        ..DEFAULTS
    };
    assert_eq!(two.limits, limits);
    for wrong in [
        "",
        "0123456789abcde",
        "0123456789abcdef0",
        "0123456789ABCDEF",
        hash,
        "a.b.c",
    ] {
        assert_eq!(tokens.check(wrong), Err(Refusal::Unknown), "{wrong}");
    }
}

#[test]
fn a_signed_token_grants_its_claims() {
    let signer = Signer::new();
    let tokens = signer.tokens("limits = { workers = 4, sessions = 3 }");
    let claims = json!({
        "exp": soon(), "sub": "alice", "session": "room",
        "limits": { "workers": 2, "sessions": 99, "commandsPerSecond": 9, "clients": 1 },
    });
    let expected = Admitted {
        tenant: TenantId::Key {
            key: "conference".into(),
            subject: Some("alice".into()),
        },
        session: Some("room".into()),
        limits: Limits {
            workers: 2,
            sessions: 3,
            commands_per_second: 9,
            clients: 1,
            ..DEFAULTS
        },
    };
    assert_eq!(tokens.check(&signer.sign(&claims)), Ok(expected));

    let named = tokens
        .check(&signer.sign(&json!({ "exp": soon(), "name": "bob" })))
        .unwrap();
    assert_eq!(
        (named.tenant.to_string().as_str(), named.session),
        ("key:conference subject:bob", None)
    );
    assert_eq!((named.limits.workers, named.limits.objects), (4, 1000));
    let anonymous = tokens
        .check(&signer.sign(&json!({ "exp": soon() })))
        .unwrap();
    assert_eq!(anonymous.tenant.to_string(), "key:conference");
}

#[test]
fn a_key_may_have_the_form_of_a_jwk() {
    let signer = Signer::new();
    let x = BASE64URL_NOPAD.encode(&signer.public);
    let tokens = parse(&format!("[[keys]]\nname = \"k\"\npublic-key = \"{x}\"")).unwrap();
    assert!(
        tokens
            .check(&signer.sign(&json!({ "exp": soon() })))
            .is_ok()
    );
}

#[test]
fn any_of_several_keys_may_have_signed() {
    let (old, new) = (Signer::new(), Signer::new());
    let more = format!(
        "[[keys]]\nname = \"conference\"\npublic-key = '''{}'''",
        new.pem()
    );
    let tokens = old.tokens(&more);
    for signer in [&old, &new] {
        assert!(
            tokens
                .check(&signer.sign(&json!({ "exp": soon() })))
                .is_ok()
        );
    }
    let late = old.sign(&json!({ "exp": 1 }));
    assert_eq!(
        tokens.check(&late),
        Err(Refusal::Expired),
        "whichever key comes last"
    );
}

#[test]
fn a_signed_token_has_a_validity_period() {
    let signer = Signer::new();
    let tokens = signer.tokens("");
    let now = get_current_timestamp();
    for (claims, refusal) in [
        (json!({}), Refusal::Claims("exp is missing")),
        (json!({ "exp": "never" }), Refusal::Claims("exp is missing")),
        (json!({ "exp": now - LEEWAY - 5 }), Refusal::Expired),
        (
            json!({ "exp": soon(), "nbf": now + LEEWAY + 60 }),
            Refusal::NotYet,
        ),
        (
            json!({ "exp": soon(), "nbf": (now + 3600).to_string() }),
            Refusal::Claims("nbf is not a number"),
        ),
        (
            json!({ "exp": soon(), "nbf": [] }),
            Refusal::Claims("nbf is not a number"),
        ),
    ] {
        assert_eq!(
            tokens.check(&signer.sign(&claims)),
            Err(refusal),
            "{claims}"
        );
    }
}

#[test]
fn an_audience_must_match_the_key() {
    let signer = Signer::new();
    let tokens = signer.tokens("audience = \"media\"");
    for (aud, result) in [
        (json!("media"), Ok(())),
        (json!(["other", "media"]), Ok(())),
        (json!("other"), Err(Refusal::Claims("aud"))),
    ] {
        let token = signer.sign(&json!({ "exp": soon(), "aud": aud }));
        assert_eq!(tokens.check(&token).map(drop), result, "{aud}");
    }
    let without = signer.sign(&json!({ "exp": soon() }));
    assert_eq!(
        tokens.check(&without),
        Err(Refusal::Claims("aud is missing"))
    );
    let granted = signer
        .tokens("")
        .check(&signer.sign(&json!({ "exp": soon(), "aud": "x" })));
    assert!(granted.is_ok(), "a key without an audience ignores it");
}

#[test]
fn a_forged_token_reveals_nothing() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let tokens = signer.tokens("");
    let claims = json!({ "exp": soon(), "sub": "alice" });
    let good = signer.sign(&claims);
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = rest.split_once('.').unwrap();
    let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    let hmac = hmac::Key::new(hmac::HMAC_SHA256, &signer.public);
    let confused = jwt("HS256", &claims, |message| {
        hmac::sign(&hmac, message).as_ref().to_vec()
    });
    let others = BASE64URL_NOPAD.encode(br#"{"exp":9999999999,"sub":"mallory"}"#);
    for (sentence, forged) in [
        ("another's signature", stranger.sign(&claims)),
        (
            "an expired one of another",
            stranger.sign(&json!({ "exp": 1 })),
        ),
        ("no signature", format!("{rest}.")),
        ("no algorithm", format!("{none}.{others}.")),
        ("our public key taken for an HMAC's", confused),
        ("other claims", format!("{header}.{others}.{signature}")),
        ("half a token", rest.to_owned()),
    ] {
        assert_eq!(tokens.check(&forged), Err(Refusal::Unknown), "{sentence}");
    }
    let odd = signer.sign(&json!({ "exp": soon(), "session": 7 }));
    assert!(matches!(tokens.check(&odd), Err(Refusal::Claims(_))));
}

#[test]
fn an_invalid_file_is_rejected_without_showing_it() {
    let secret = "a-secret-nobody-may-see";
    for (text, named) in [
        (String::new(), "no entry"),
        (
            format!("[[tokens]]\nname = \"n\"\nsecret = {secret}"),
            "line 3",
        ),
        (
            format!("[[tokens]]\nname = \"n\"\nsecrte = \"{secret}\""),
            "line",
        ),
        (
            format!("[[tokens]]\nname = \"n\"\nsecret = [\"{secret}\"]"),
            "line 3",
        ),
        (
            "[[tokens]]\nname = \"n\"\nsecret = \"short\"".into(),
            "16 characters",
        ),
        (
            "[[tokens]]\nname = \"n\"\nsha256 = \"12\"".into(),
            "64 hexadecimal",
        ),
        ("[[tokens]]\nname = \"n\"".into(), "either secret or sha256"),
        (
            format!(
                "[[tokens]]\nname = \"n\"\nsecret = \"{secret}\"\n[[tokens]]\nname = \"m\"\nsecret = \"{secret}\""
            ),
            "have the same secret",
        ),
        (
            "[[keys]]\nname = \"k\"\npublic-key = \"AAAA\"".into(),
            "is not an Ed25519 key",
        ),
        (
            "[[keys]]\nname = \"k\"\npublic-key = \"-----BEGIN PUBLIC KEY-----\"".into(),
            "is not an Ed25519 key",
        ),
    ] {
        let refused = parse(&text).unwrap_err();
        assert!(refused.contains(named), "{refused}");
        assert!(!refused.contains(secret), "{refused}");
    }
}

#[test]
fn a_debug_line_shows_no_secret() {
    let tokens = parse("[[tokens]]\nname = \"n\"\nsecret = \"a-secret-nobody-may-see\"").unwrap();
    let shown = format!("{tokens:?} {}", tokens.names());
    assert!(!shown.contains("nobody-may-see"), "{shown}");
}

/// An entry of a file for a public key.
fn key(name: &str, pem: &str) -> String {
    format!("[[keys]]\nname = \"{name}\"\npublic-key = '''{pem}'''\n")
}

#[test]
fn tenants_of_different_entries_differ_even_if_their_names_collide() {
    let (short, long) = (Signer::new(), Signer::new());
    let secret = "the-secret-of-acme-admin";
    let tokens = parse(&format!(
        "{}{}[[tokens]]\nname = \"acme/admin\"\nsecret = \"{secret}\"",
        key("acme", &short.pem()),
        key("acme/eu", &long.pem()),
    ))
    .unwrap();
    let tenant = |token: &str| tokens.check(token).unwrap().tenant;
    let of =
        |signer: &Signer, sub: &str| tenant(&signer.sign(&json!({ "exp": soon(), "sub": sub })));
    assert_ne!(of(&short, "eu/bob"), of(&long, "bob"));
    assert_ne!(of(&short, "admin"), tenant(secret));
    assert_ne!(
        of(&short, ""),
        tenant(&short.sign(&json!({ "exp": soon() })))
    );
    assert_eq!(of(&short, "bob"), of(&short, "bob"));
}

#[test]
fn two_entries_for_one_client_are_rejected() {
    let signer = Signer::new();
    let token = "[[tokens]]\nname = \"acme\"\nsecret = \"0123456789abcdef\"\n";
    let refused = parse(&format!("{token}{}", key("acme", &signer.pem()))).unwrap_err();
    assert!(refused.contains("both named \"acme\""), "{refused}");
    let twice = format!(
        "{}{}",
        key("one", &signer.pem()),
        key("other", &signer.pem())
    );
    let refused = parse(&twice).unwrap_err();
    assert!(refused.contains("the same public-key"), "{refused}");
}

#[test]
fn published_hashes_and_keys_are_rejected() {
    let rfc_8410 = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----";
    // RFC 8032, TEST 1: the private half is printed beside it.
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let seed = HEXLOWER.decode(seed.as_bytes()).unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let mut identity_with_sign = [0; 32];
    (identity_with_sign[0], identity_with_sign[31]) = (1, 0x80);
    for (text, reason) in [
        (key("k", rfc_8410), "RFC 8410"),
        (key("k", &pem(pair.public_key().as_ref())), "RFC 8032"),
        (key("k", &pem(&[0; 32])), "small order"),
        (key("k", &pem(&identity_with_sign)), "small order"),
        (
            format!("[[tokens]]\nname = \"n\"\nsha256 = \"{}\"", "0".repeat(64)),
            "a placeholder",
        ),
        (
            format!(
                "[[tokens]]\nname = \"n\"\nsha256 = \"{}\"",
                HEXLOWER.encode(&sha256(b"")).to_uppercase()
            ),
            "the empty string",
        ),
    ] {
        let refused = parse(&text).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
}
