//! Lists of hashes and public keys whose secrets are published, as those of examples in RFCs. The parser of
//! token files looks each entry up here and rejects a file that has one, because its token would admit
//! everyone.

use data_encoding::HEXLOWER_PERMISSIVE;

/// Known SHA-256 hashes.
const HASHES: [(&str, &str); 2] = [
    (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "a placeholder",
    ),
    (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "the hash of the empty string",
    ),
];

/// Ed25519 public keys whose private halves are published.
const EXAMPLES: [(&str, &str); 6] = [
    (
        "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
        "RFC 8410, section 10",
    ),
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "RFC 8032, section 7.1, and RFC 8037, appendix A",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "RFC 8032, section 7.1",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "RFC 8032, section 7.1",
    ),
    (
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "RFC 8032, section 7.1",
    ),
    (
        "ec172b93ad5e563f4932c70e1245034c35467ef2efd4d64ebf819683467e2bf2",
        "RFC 8032, section 7.1",
    ),
];

/// Ed25519 public keys of small order, without their sign bit: everyone can forge signatures for them, and a
/// verifier accepts those.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Returns the origin of a known hash, which no token may have.
pub(super) fn hash(sha256: [u8; 32]) -> Option<&'static str> {
    find(&HASHES, sha256)
}

/// Returns the origin of a known public key, which no entry may have.
pub(super) fn public_key(mut bytes: [u8; 32]) -> Option<&'static str> {
    if let Some(whose) = find(&EXAMPLES, bytes) {
        return Some(whose);
    }
    bytes[31] &= 0x7f;
    SMALL_ORDER
        .iter()
        .any(|key| is(key, bytes))
        .then_some("a point of small order, for which everyone can forge signatures")
}

fn find(list: &[(&'static str, &'static str)], bytes: [u8; 32]) -> Option<&'static str> {
    let found = list.iter().find(|(known, _)| is(known, bytes));
    found.map(|(_, whose)| *whose)
}

fn is(known: &str, bytes: [u8; 32]) -> bool {
    HEXLOWER_PERMISSIVE.encode(&bytes) == known
}
