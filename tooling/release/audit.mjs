// What npm knows against the packages that users install with ours: fails with a finding that is high or critical, and where
// the registry cannot be asked, since that is no finding's absence. Part of npm run nightly.
import { fileURLToPath } from 'node:url'
import { scratchFolder } from '@chiaro/checks/processes'
import { userEnvironment } from '@chiaro/checks/run-example'
import { shippedProject } from './shipped-project.mjs'

/** The findings of `npm audit --json` that are high or critical, a sentence each. */
export function graveFindings({ vulnerabilities }) {
  return Object.values(vulnerabilities)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, range, via }) => {
      const why = via.map(one => (typeof one === 'string' ? `by ${one}` : `${one.title} (${one.url})`))
      return `${name} ${range}: ${severity}, ${why.join('; ')}`
    })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const npm = await shippedProject(scratchFolder('chiaro-audit-'), userEnvironment)
  const { stdout } = await npm(['audit', '--json'], [0, 1])
  const report = JSON.parse(stdout)
  if (report.vulnerabilities === undefined) {
    console.error(`not audited: ${report.message ?? "npm's registry gives no advisories"}`)
    process.exit(1)
  }
  const grave = graveFindings(report)
  for (const finding of grave) console.error(finding)
  const { total } = report.metadata.vulnerabilities
  console.log(`${total} findings, ${grave.length} of them high or critical`)
  process.exit(grave.length > 0 ? 1 : 0)
}
