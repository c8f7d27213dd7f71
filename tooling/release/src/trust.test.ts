import { expect, it } from 'vitest'
import { graveFindings } from '../audit.mjs'
import { portableBill } from '../sbom.mjs'

it('what npm finds high or critical is said, by its advisory or by whom it comes; the rest is not', () => {
  // As npm audit --json has them (auditReportVersion 2).
  const advisory = {
    source: 1,
    name: 'a',
    title: 'Runs anything',
    url: 'https://host.test/1',
    severity: 'high',
  }
  const vulnerabilities = {
    a: { name: 'a', severity: 'high', via: [advisory], range: '<2' },
    b: { name: 'b', severity: 'critical', via: ['a'], range: '*' },
    c: { name: 'c', severity: 'moderate', via: [advisory], range: '<3' },
  }
  expect(graveFindings({ vulnerabilities })).toEqual([
    'a <2: high, Runs anything (https://host.test/1)',
    'b *: critical, by a',
  ])
  expect(graveFindings({ vulnerabilities: {} })).toEqual([])
})

it('a bill of what is shipped names no file of the machine that made it', () => {
  const website = { type: 'website', url: 'https://host.test/a' }
  const component = { name: 'a', version: '1.0.0', purl: 'pkg:npm/a@1.0.0' }
  const bill = {
    bomFormat: 'CycloneDX',
    components: [
      { ...component, externalReferences: [{ type: 'distribution', url: 'file:/tmp/a.tgz' }, website] },
    ],
  }
  expect(portableBill(bill)).toEqual({
    bomFormat: 'CycloneDX',
    components: [{ ...component, externalReferences: [website] }],
  })
})
