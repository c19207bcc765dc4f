// Which URLs a file may be fetched from.

import { MAX_REDIRECTS } from '../internal/http-status.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import { type HostScope, hostScope } from './private-hosts.ts';

export type FileHostSettings = Pick<ClientSettings, 'baseUrl' | 'allowPrivateFiles'>;

/** The scopes of hosts that are allowed: those of the API's own host are not a secret of this network. */
function allowedScopes({ baseUrl, allowPrivateFiles }: FileHostSettings): HostScope[] {
  // A base of a page, such as `/api/videos`, is on that page's host.
  const own = hostScope(new URL(baseUrl, globalThis.location?.href).hostname);
  if (!(allowPrivateFiles ?? own !== 'public')) return ['public'];
  return own === 'link-local' ? ['public', 'private', 'link-local'] : ['public', 'private'];
}

/** Why a URL must not be requested, and what to do about it. */
interface Refusal {
  readonly reason: string;
  readonly advice?: string;
}

/** Why a URL must not be requested, after so many redirects; `null` if it may be. */
export function urlRefusal(url: URL | null, redirects: number, settings: FileHostSettings): Refusal | null {
  if (redirects > MAX_REDIRECTS) return { reason: `it was redirected more than ${MAX_REDIRECTS} times` };
  if (url === null) return { reason: 'the URL is not http(s)' };
  // They would become an `Authorization` header.
  if (url.username || url.password) return { reason: 'the URL has a user or a password in it' };
  const scope = hostScope(url.hostname);
  if (allowedScopes(settings).includes(scope)) return null;
  const advice =
    scope === 'private'
      ? 'Pass allowPrivateFiles: true to the client if files may come from there.'
      : 'Only a client whose baseUrl is on such a host fetches files from there.';
  return { reason: `${url.hostname} is a ${scope} host`, advice };
}
