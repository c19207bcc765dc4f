// Which failures of a fetch prove that no part of the request was sent.

import { isBun, isDeno, isNode } from '../internal/runtime.ts';

/** How deep causes are searched: those of a runtime are one or two deep. */
const MAX_DEPTH = 5;

/**
 * Codes of Node (its sockets, its DNS, undici) and of Bun with which no established connection fails. They were produced
 * with Node 20 to 26 and Bun 1.1 to 1.4.
 */
const BEFORE_SENDING: ReadonlySet<string> = new Set([
  // No server listens on the port.
  'ECONNREFUSED',
  // Bun before 1.4: no connection, for whatever reason.
  'ConnectionRefused',
  // The name is unknown, or the DNS does not respond.
  'ENOTFOUND',
  'EAI_AGAIN',
  // undici gives up connecting, after 10 s.
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The codes with which OpenSSL refuses a certificate (nodejs.org/api/tls.html#x509-certificate-error-codes), and Node one
 * that is for another host (`ERR_TLS_CERT_ALTNAME_INVALID`). Almost all name what they are about.
 */
const CERTIFICATE_REFUSED =
  /(?:^|_)(?:CERT|CRL|ISSUER|LEAF)(?:_|$)|^(?:HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/**
 * Codes with which an established connection of Node fails, too (`read ETIMEDOUT`): there `syscall` has to say that it was
 * connecting. In Bun an established connection fails with ECONNRESET instead.
 */
const WHILE_CONNECTING: ReadonlySet<string> = new Set([
  // The operating system gives up connecting.
  'ETIMEDOUT',
  // There is no route to the host.
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * Deno has no codes, but its HTTP library (hyper) names the phase in which a request failed. A reset is left out: Node and
 * Bun report it in the same way before and after the request was sent.
 */
const CONNECT_FAILED =
  /: client error \(Connect\): (dns error|invalid peer certificate|tcp connect error(?!.*\breset\b))/;

/** The fields of a failure that say where it comes from. */
type Failure = Partial<Record<'code' | 'syscall' | 'message' | 'cause' | 'errors', unknown>>;

/**
 * Whether a failed fetch has certainly sent nothing: only then may a create be repeated. Known for Node, Bun and Deno; in
 * any other runtime nothing is certain.
 */
export function isUnsent(failure: unknown, depth = 0): boolean {
  // Not `instanceof`: in Jest, errors of the platform come from another realm.
  if (typeof failure !== 'object' || failure === null || depth > MAX_DEPTH) return false;
  const { code, syscall, message, cause, errors } = failure as Failure;
  const isUnsentToo = (other: unknown) => isUnsent(other, depth + 1);
  // Several addresses of the host were tried.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isUnsentToo);
  return isProof(code, syscall, message) || isUnsentToo(cause);
}

function isProof(code: unknown, syscall: unknown, message: unknown): boolean {
  if (isDeno()) return CONNECT_FAILED.test(String(message));
  if (typeof code !== 'string' || !(isNode() || isBun())) return false;
  if (BEFORE_SENDING.has(code) || CERTIFICATE_REFUSED.test(code)) return true;
  return WHILE_CONNECTING.has(code) && (isBun() || syscall === 'connect');
}
