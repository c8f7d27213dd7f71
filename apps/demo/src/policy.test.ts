import { expect, it } from 'vitest'
import { contentPolicy, inlineScripts, withPolicy } from '../policy.mjs'

it('allows the inline scripts of a page by their hashes, and no others', () => {
  const html = '<html><head><script>go(1)</script><script type="module" src="a.js"></script></head></html>'
  expect(inlineScripts(html)).toEqual(['go(1)'])
  // printf 'go(1)' | openssl dgst -sha256 -binary | base64
  const policy = contentPolicy({ scripts: inlineScripts(html) })
  expect(policy).toContain(
    "script-src 'self' 'wasm-unsafe-eval' 'sha256-oopyQloGglvWmMz5jW49OLcPG4Zf/xbfwxZIQgBfJ+w='; ",
  )
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval|hashes)/)
  expect(withPolicy(html, policy)).toContain(`<head>\n    <meta http-equiv="Content-Security-Policy"`)
})

it('forbids style attributes unless a page has some', () => {
  expect(contentPolicy()).toContain("style-src-attr 'none'")
  expect(contentPolicy({ styleAttributes: true })).toContain("style-src-attr 'unsafe-inline'")
})
