const began = performance.now()
let passed = 0

/** Says how many steps passed, and ends the process; with a failure the steps behind it are not tried. */
export function end(failed = 0) {
  console.log(`\nrehearsed in ${((performance.now() - began) / 60_000).toFixed(1)} minutes`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

/** A step of the rehearsal, whose outcome is a line. */
export async function step(name, work) {
  const since = performance.now()
  try {
    const said = await work()
    passed += 1
    console.log(
      `ok   ${name} (${((performance.now() - since) / 1000).toFixed(0)} s)${said ? `: ${said}` : ''}`,
    )
  } catch (error) {
    console.error(`FAIL ${name}: ${error.message}`)
    end(1)
  }
}

export function expectSame(what, got, wanted) {
  if (JSON.stringify(got) !== JSON.stringify(wanted))
    throw new Error(`${what} must be ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`)
}
