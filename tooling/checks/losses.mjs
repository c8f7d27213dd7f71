/** vitest's words for a browser that ended while tests ran, or that it never reached. */
const goneBrowser =
  /Browser connection was closed while running tests|Failed to connect to the browser session/
/** Ours, where a graphics backend finds no device (test-kit's useTestBackend). */
const noDevice = /backend web(?:gl|gpu) did not start/

/**
 * What a run of vitest lost with its browser or its graphics device, which says nothing of the code: { file, test, why }
 * each, `file` undefined for the whole run. Undefined if anything failed by itself.
 *
 * @param run.files vitest's JSON report: { name, status, message, assertionResults } each; undefined where it left none
 * @param run.output all that it printed
 */
export function lossesOf({ files, output }) {
  if (files === undefined) return [{ test: 'all tests', why: 'the browser left no report' }]
  const failures = files.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter(one => one.status === 'failed')
    if (tests.length > 0)
      return tests.map(({ fullName, meta }) => ({ file: name, test: fullName, why: meta?.lost }))
    return status === 'failed' ? [{ file: name, test: 'all tests', why: noDevice.exec(message)?.[0] }] : []
  })
  if (failures.length === 0)
    failures.push({ test: 'the tests that were left', why: goneBrowser.exec(output)?.[0] })
  return failures.every(({ why }) => why !== undefined) ? failures : undefined
}
