/**
 * Self-signed certificates for tests: of DTLS for Workers, of TLS for servers and clients.
 * `selfSignedCertificate()` resolves with certificate and private key as PEM text.
 */
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

/**
 * @param {string} commonName - A host's name: TLS clients find it as its alternative name, too,
 *   together with its address.
 * @param {string} [address]
 * @param {[number, number]} [days] - When it begins and ends to be valid, in days from now.
 * @returns {Promise<{ certificate: string, privateKey: string }>} Both as PEM.
 */
export async function selfSignedCertificate(
  commonName,
  address = '127.0.0.1',
  days = [-1, 30],
) {
  const [notBeforeDate, notAfterDate] = days.map(
    (each) => new Date(Date.now() + each * DAY_MS),
  );
  const { cert, private: privateKey } = await generate(
    [{ name: 'commonName', value: commonName }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate,
      notAfterDate,
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: commonName },
            { type: 7, ip: address },
          ],
        },
      ],
    },
  );

  return { certificate: cert, privateKey };
}
