use super::*;
use jsonwebtoken::{EncodingKey, Header, get_current_timestamp};
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

/// Somebody who signs tokens.
struct Signer {
    private: Vec<u8>,
    public: Vec<u8>,
}

impl Signer {
    fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        Self {
            private: pkcs8.as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
        }
    }

    fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_ed_der(&self.private);
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &key).unwrap()
    }

    /// The public key as `openssl pkey -pubout` writes it.
    fn pem(&self) -> String {
        let spki = [&ED25519_SPKI[..], &self.public].concat();
        let body = base64(&spki, *b"+/");
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    fn tokens(&self, more: &str) -> Tokens {
        let pem = self.pem();
        parse(&format!(
            "[[keys]]\nname = \"conference\"\npublic-key = '''{pem}'''\n{more}"
        ))
        .unwrap()
    }
}

fn base64(bytes: &[u8], last_two: [u8; 2]) -> String {
    let digits: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(last_two)
        .collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut bits = 0;
        for index in 0..3 {
            bits = bits << 8 | usize::from(*group.get(index).unwrap_or(&0));
        }
        for index in 0..=group.len() {
            text.push(digits[bits >> (18 - 6 * index) & 63].into());
        }
    }
    text
}

fn parse(text: &str) -> Result<Tokens, String> {
    Tokens::parse(text, DEFAULTS)
}

fn soon() -> u64 {
    get_current_timestamp() + 60
}

#[test]
fn a_secret_admits_under_its_name_and_with_its_limits() {
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
        (one.tenant.as_str(), one.session, one.limits),
        ("one", None, DEFAULTS)
    );
    let two = tokens.check("test").unwrap();
    assert_eq!(
        (two.tenant.as_str(), two.session.as_deref()),
        ("two", Some("lobby"))
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
fn a_signed_token_admits_with_what_it_claims() {
    let signer = Signer::new();
    let tokens = signer.tokens("limits = { workers = 4, sessions = 3 }");
    let claims = json!({
        "exp": soon(), "sub": "alice", "session": "room",
        "limits": { "workers": 2, "sessions": 99, "commandsPerSecond": 9, "clients": 1 },
    });
    let expected = Admitted {
        tenant: "conference/alice".into(),
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
        (named.tenant.as_str(), named.session),
        ("conference/bob", None)
    );
    assert_eq!((named.limits.workers, named.limits.objects), (4, 1000));
    let nobody = tokens
        .check(&signer.sign(&json!({ "exp": soon() })))
        .unwrap();
    assert_eq!(nobody.tenant, "conference");
}

#[test]
fn a_key_may_be_given_as_a_jwk_has_it() {
    let signer = Signer::new();
    let x = base64(&signer.public, *b"-_");
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
fn a_signed_token_has_a_time() {
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
    ] {
        assert_eq!(
            tokens.check(&signer.sign(&claims)),
            Err(refusal),
            "{claims}"
        );
    }
}

#[test]
fn an_audience_is_held_against_the_keys() {
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
    let whoever = signer
        .tokens("")
        .check(&signer.sign(&json!({ "exp": soon(), "aud": "x" })));
    assert!(whoever.is_ok(), "a key without an audience doesn't look");
}

#[test]
fn a_forged_token_says_nothing() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let tokens = signer.tokens("");
    let claims = json!({ "exp": soon(), "sub": "alice" });
    let good = signer.sign(&claims);
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = rest.split_once('.').unwrap();
    let none = base64(br#"{"alg":"none","typ":"JWT"}"#, *b"-_");
    let hmac = EncodingKey::from_secret(&signer.public);
    let confused = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &hmac).unwrap();
    let others = base64(br#"{"exp":9999999999,"sub":"mallory"}"#, *b"-_");
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
fn a_file_that_makes_no_sense_is_refused_without_being_shown() {
    let secret = "a-secret-nobody-may-see";
    for (text, named) in [
        (String::new(), "neither"),
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
            "the secret of another",
        ),
        (
            "[[keys]]\nname = \"k\"\npublic-key = \"AAAA\"".into(),
            "no Ed25519 key",
        ),
        (
            "[[keys]]\nname = \"k\"\npublic-key = \"-----BEGIN PUBLIC KEY-----\"".into(),
            "no Ed25519 key",
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

#[test]
fn the_example_is_a_token_file() {
    let tokens = parse(include_str!("../../../../deploy/tokens.toml")).unwrap();
    assert_eq!(tokens.names(), "tokens [meetings], keys [conference]");
}
