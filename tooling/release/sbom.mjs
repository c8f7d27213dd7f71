// npm run release:sbom [file]: what users install with our packages, ours included, as CycloneDX (default: sbom.cdx.json).
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratchFolder } from '@chiaro/checks/processes'
import { userEnvironment } from '@chiaro/checks/run-example'
import { shippedProject } from './shipped-project.mjs'

/** npm's bill of a project without what speaks of this machine: files that lie here. */
export function portableBill(bill) {
  const elsewhere = component => ({
    ...component,
    externalReferences: component.externalReferences?.filter(({ url }) => !url.startsWith('file:')),
  })
  return { ...bill, components: bill.components.map(elsewhere) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = resolve(process.argv[2] ?? 'sbom.cdx.json')
  const npm = await shippedProject(scratchFolder('chiaro-sbom-'), userEnvironment)
  const bill = JSON.parse((await npm(['sbom', '--sbom-format', 'cyclonedx'])).stdout)
  writeFileSync(file, `${JSON.stringify(portableBill(bill), null, 2)}\n`)
  console.log(`${bill.components.length} packages in ${file}`)
}
