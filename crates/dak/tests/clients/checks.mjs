// Runs the checks of a script, says of each whether it holds, and ends the process.

export async function run(checks) {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${(error.stderr ?? error.stack).slice(0, 2000)}`);
    }
  }
  console.log(`${Object.keys(checks).length - failed} of ${Object.keys(checks).length} checks passed`);
  process.exit(failed ? 1 : 0);
}
