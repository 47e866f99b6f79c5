/**
 * Keys of SRTP where no DTLS agrees on them: PlainTransport and PipeTransport.
 * @packageDocumentation
 */

export type SrtpParameters = {
  cryptoSuite: SrtpCryptoSuite;
  /** Master key followed by master salt, in Base64. Its length is the suite's. */
  keyBase64: string;
};

export type SrtpCryptoSuite =
  | 'AEAD_AES_256_GCM'
  | 'AEAD_AES_128_GCM'
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32';
