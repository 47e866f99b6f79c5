/**
 * A self-signed certificate, for tests that give a Worker its DTLS certificate or a server its TLS
 * certificate.
 *
 * Node signs but doesn't issue certificates, and an `openssl` command isn't everywhere, so the few
 * ASN.1 structures of an X.509 v3 certificate (RFC 5280, section 4.1) are written here.
 */
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const SECONDS_PER_DAY = 86_400;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
/** Members of a structure that are marked by a number: `[0]` and `[3]`, and those of a GeneralName. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
/** commonName, 2.5.4.3. */
const COMMON_NAME = Buffer.from('0603550403', 'hex');
/** subjectAltName, 2.5.29.17. */
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');

/**
 * @param {string} commonName - A host's name: TLS clients find it as its alternative name, too,
 *   together with its address.
 * @param {string} [address] - IPv4.
 * @param {[number, number]} [days] - When it begins and ends to be valid, in days from now.
 * @returns {{ certificate: string, privateKey: string }} Both as PEM.
 */
export function selfSignedCertificate(
  commonName,
  address = '127.0.0.1',
  days = [-1, 30],
) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
  });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(
    SEQUENCE,
    der(
      SET,
      der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(commonName))),
    ),
  );
  // The leading 0x01 keeps the random serial number positive and without a leading zero.
  const serialNumber = der(INTEGER, Buffer.from([1]), randomBytes(8));
  const validity = der(SEQUENCE, ...days.map(utcTime));
  const toBeSigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    serialNumber,
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, der(SEQUENCE, alternativeNames(commonName, address))),
  );
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey);
  const certificate = der(
    SEQUENCE,
    toBeSigned,
    algorithm,
    // A bit string starts with the number of unused bits in its last byte.
    der(BIT_STRING, Buffer.from([0]), signature),
  );

  return {
    certificate: pem('CERTIFICATE', certificate),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

function alternativeNames(name, address) {
  return der(
    SEQUENCE,
    SUBJECT_ALT_NAME,
    der(
      OCTET_STRING,
      der(
        SEQUENCE,
        der(DNS_NAME, Buffer.from(name, 'ascii')),
        der(IP_ADDRESS, Buffer.from(address.split('.'))),
      ),
    ),
  );
}

function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];

  return Buffer.concat([Buffer.from(header), content]);
}

function utcTime(daysFromNow) {
  const date = new Date(Date.now() + daysFromNow * SECONDS_PER_DAY * 1000);
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');

  return der(UTC_TIME, Buffer.from(digits.slice(2)));
}

function pem(label, content) {
  const lines = content.toString('base64').match(/.{1,64}/g);

  return [
    `-----BEGIN ${label}-----`,
    ...lines,
    `-----END ${label}-----`,
    '',
  ].join('\n');
}
