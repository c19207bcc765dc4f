const { runChecks } = require('./conformance.cjs');

function equal(actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`got ${JSON.stringify(actual)}`);
}

const checks = {
  'jsdom: the package can be required'() {
    const { isVideosError, parseVideo, VideosClient, VideosError } = require('videos-client');
    equal(parseVideo({ id: 'video_1', status: 'queued' }).status, 'queued');
    equal(isVideosError(new Error('x')), false);
    equal([typeof VideosClient, typeof VideosError], ['function', 'function']);
    new VideosClient({ apiKey: null, baseUrl: '/api/videos' });
  },

  'jsdom: a string key is refused, as in a browser'() {
    const { VideosClient } = require('videos-client');
    let error;
    try {
      new VideosClient({ apiKey: 'test-key' });
    } catch (reason) {
      error = reason;
    }
    equal(error?.name, 'TypeError');
  },

  'jsdom: the testing kit can be required, and builds videos'() {
    const { buildVideo } = require('videos-client/testing');
    equal(buildVideo().status, 'completed');
  },
};

it('the package works in jsdom', async () => {
  // jsdom has no fetch: tests of a page that waits define one, and with it Request and Response.
  equal(typeof globalThis.TextEncoder, 'undefined');
  const report = await runChecks(checks, { isBrowser: true, otherCopies: [] });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.failed).toEqual([]);
});
