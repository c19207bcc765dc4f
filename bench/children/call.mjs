// Microseconds per call, one at a time and 64 at once: of the clock, and of the processor. Printed as JSON.
const [, , client, baseUrl] = process.argv;
const { make } = await import(client);
const { get } = make(baseUrl, { interval: 1_000, maxConcurrency: 64 });
const ID = 'done_1234567890';

async function measure(calls, lanes) {
  const inTurn = async () => {
    for (let call = 0; call < calls / lanes; call++) await get(ID);
  };
  const start = performance.now();
  const startCpu = process.cpuUsage();
  await Promise.all(Array.from({ length: lanes }, inTurn));
  const cpu = process.cpuUsage(startCpu);
  return {
    wall: ((performance.now() - start) * 1_000) / calls,
    cpu: (cpu.user + cpu.system) / calls,
  };
}

// Until the compiler has seen it all.
await measure(1_600, 64);
await measure(800, 1);
console.log(JSON.stringify({ one: await measure(2_000, 1), many: await measure(6_400, 64) }));
process.exit();
