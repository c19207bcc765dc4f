// Milliseconds of the import, and from the start of the process to the first finished request; printed as JSON.
const [, , client, baseUrl] = process.argv;
const start = performance.now();
const { make } = await import(client);
const imported = performance.now() - start;
await make(baseUrl, { interval: 1_000 }).get('done_1234567890');
console.log(JSON.stringify({ imported, responded: performance.now() }));
process.exit();
