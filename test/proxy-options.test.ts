import { createVideosProxy, type VideosProxyOptions } from 'videos-client/proxy';
import { expect, it } from 'vitest';
import { allowAll, KEY } from './helpers/proxied.ts';

it.each([
  ['authorize', { authorize: undefined }],
  ['authorize', { authorize: true }],
  ['apiKey', { apiKey: null }],
  ['apiKey', { apiKey: '' }],
  ['apiKey', { apiKey: 'two words' }],
  ['baseUrl', { baseUrl: 'ftp://x.test' }],
  ['fetch', { fetch: {} }],
  ['onError', { onError: 'log' }],
  ['timeout', { timeout: 0 }],
  ['origins', { origins: 'https://app.example.com' }],
  ['origins', { origins: ['*'] }],
  ['origins', { origins: ['null'] }],
  ['origins', { origins: ['https://*.example.com'] }],
  ['origins', { origins: ['https://app.example.com/'] }],
  ['origins', { origins: ['https://app.example.com:443'] }],
  ['origins', { origins: ['https://App.example.com'] }],
  ['origins', { origins: [1] }],
])('a wrong option throws an error that names it, when the proxy is created: %s, %j', (name, wrong) => {
  const options = { apiKey: KEY, authorize: allowAll, ...wrong } as unknown as VideosProxyOptions;
  expect(() => createVideosProxy(options)).toThrow(new RegExp(name));
});

it('a key in place of the options throws an error that does not show it', () => {
  expect(() => createVideosProxy(KEY as never)).toThrow(
    new TypeError('Invalid options: a string. Expected an object, such as { apiKey }.'),
  );
});
