import { describe, expect, it, vi } from 'vitest';
import { isUnsent } from '../src/api/is-unsent.ts';

/** What a fetch of Node or Bun fails with: the reason is its cause. */
const failedFetch = (fields: object) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('failed'), fields) });

/** A failure with the reason so many causes below it. */
const nested = (depth: number, reason: object): object =>
  depth === 0 ? reason : { cause: nested(depth - 1, reason) };

const inBun = () => vi.stubGlobal('Bun', {});
const inDeno = () => vi.stubGlobal('Deno', {});

const REFUSED = { code: 'ECONNREFUSED' };
const RESET = { code: 'ECONNRESET' };

it.each(['ECONNREFUSED', 'ConnectionRefused', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
  'a fetch that failed with %s has sent nothing',
  (code) => {
    expect(isUnsent(failedFetch({ code }))).toBe(true);
  },
);

// The list of nodejs.org/api/tls.html#x509-certificate-error-codes, and Node's own code for another host's certificate.
it.each([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('a fetch that failed because of a certificate (%s) has sent nothing', (code) => {
  expect(isUnsent(failedFetch({ code }))).toBe(true);
});

it.each(['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'])(
  'a fetch that failed with %s has sent nothing where it was connecting, which Bun always was',
  (code) => {
    expect(isUnsent(failedFetch({ code, syscall: 'connect' }))).toBe(true);
    expect(isUnsent(failedFetch({ code, syscall: 'read' }))).toBe(false);
    expect(isUnsent(failedFetch({ code }))).toBe(false);
    inBun();
    expect(isUnsent({ code })).toBe(true);
  },
);

it.each([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  // A service refuses the certificate of a client once the connection is established.
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'OUT_OF_MEM',
  'EWHATEVER',
  'INVALID_CACHE',
])(
  'a fetch that failed with %s may have sent something, also while it was connecting, and in Bun',
  (code) => {
    expect(isUnsent(failedFetch({ code, syscall: 'connect' }))).toBe(false);
    inBun();
    expect(isUnsent({ code })).toBe(false);
  },
);

it('a fetch that tried several addresses has sent nothing where none of them got it', () => {
  const failed = (...errors: object[]) => isUnsent({ cause: { errors } });
  expect(failed(REFUSED, REFUSED)).toBe(true);
  expect(failed(REFUSED, RESET)).toBe(false);
  // The aggregate has a code of its own, which says nothing of the others.
  expect(isUnsent({ ...REFUSED, errors: [RESET] })).toBe(false);
  expect(isUnsent({ ...REFUSED, errors: [] })).toBe(true);
  expect(isUnsent({ errors: [] })).toBe(false);
});

it('a failure is searched five causes deep, and one that is its own cause comes to an end', () => {
  expect(isUnsent(nested(5, REFUSED))).toBe(true);
  expect(isUnsent(nested(6, REFUSED))).toBe(false);
  const circle: { cause?: unknown } = {};
  circle.cause = circle;
  expect(isUnsent(circle)).toBe(false);
  const list: { errors: unknown[] } = { errors: [] };
  list.errors.push(list);
  expect(isUnsent(list)).toBe(false);
});

it.each([undefined, null, 'ECONNREFUSED', 5, {}, { code: 5 }, { cause: 'ECONNREFUSED' }])(
  'a failure that says nothing of where it comes from proves nothing: %j',
  (failure) => {
    expect(isUnsent(failure)).toBe(false);
  },
);

describe('in Deno', () => {
  const message = (why: string) => `error sending request for url (https://service.example/): ${why}`;

  it.each([
    'client error (Connect): dns error: failed to lookup address information: Name or service not known',
    'client error (Connect): tcp connect error: Connection refused (os error 111)',
    'client error (Connect): tcp connect error: Connection timed out (os error 110)',
    'client error (Connect): invalid peer certificate: UnknownIssuer',
  ])('a fetch of Deno that failed with "%s" has sent nothing', (why) => {
    inDeno();
    expect(isUnsent(new TypeError(message(why)))).toBe(true);
    expect(isUnsent(new Error('wrapped', { cause: new TypeError(message(why)) }))).toBe(true);
  });

  it.each([
    'client error (Connect): tcp connect error: Connection reset by peer (os error 104)',
    'client error (SendRequest): connection closed before message completed',
    'client error (SendRequest): connection error: Connection reset by peer (os error 104)',
  ])('a fetch of Deno that failed with "%s" may have sent something', (why) => {
    inDeno();
    expect(isUnsent(new TypeError(message(why)))).toBe(false);
  });

  it('a code of Node proves nothing in Deno', () => {
    inDeno();
    expect(isUnsent(failedFetch(REFUSED))).toBe(false);
  });
});

it('a message of Deno proves nothing elsewhere', () => {
  const why = 'client error (Connect): tcp connect error: Connection refused (os error 111)';
  expect(isUnsent(new TypeError(`error sending request for url (https://service.example/): ${why}`))).toBe(
    false,
  );
});
