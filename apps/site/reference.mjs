import { join, relative } from 'node:path'
import { Application, Converter, ReflectionKind } from 'typedoc'
import { MarkdownPageEvent } from 'typedoc-plugin-markdown'
import { entriesOf } from '../../tooling/checks/entries.mjs'

/** What TypeDoc calls the module of a file: its place, without the name of an index. */
const placeOf = (root, file) =>
  relative(root, file)
    .replaceAll('\\', '/')
    .replace(/(\/index)?\.ts$/, '')

/** Markdown whose words hold no tags but TypeDoc's own, and no templates: the site would take them for its own. */
export const withoutTags = text =>
  text
    .split(/(^```[\s\S]*?^```|`[^`\n]*`)/m)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replace(/<(?!a id="|\/a>|br ?\/?>)/g, '&lt;').replaceAll('{{', '&#123;&#123;'),
    )
    .join('')

/** Links of a page to the second heading of a name, where there is but one: TypeDoc counts what it does not write. */
export const withRealPlaces = text => {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, name]) => name.toLowerCase().replace(/\W+$/, ''))
  return text.replace(/\(#([\w-]+)-(\d+)\)/g, (link, name, n) => {
    const known =
      text.includes(`id="${name}-${n}"`) || headings.filter(one => one === name).length > Number(n)
    return known ? link : `(#${name})`
  })
}

/**
 * A page of Markdown for each public entry of packages/, from the docstrings; resolves to the sidebar's lines.
 *
 * @throws Error where TypeDoc reports one
 */
export async function referencePages(root, out) {
  const entries = entriesOf(root)
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    entryPoints: entries.map(({ file }) => file),
    tsconfig: join(root, 'apps/site/reference.tsconfig.json'),
    basePath: root,
    skipErrorChecking: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    readme: 'none',
    logLevel: 'Error',
    validation: false,
    router: 'module',
    out,
    docsRoot: join(root, 'apps/site/pages/generated'),
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hidePageTitle: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    useCodeBlocks: true,
    entryFileName: 'index.md',
    groupOrder: ['Functions', 'Variables', 'Classes', '*'],
    sidebar: { autoConfiguration: false },
    name: 'Reference',
  })
  // Modules are called what is imported, not where they lie.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const entry = entries.find(({ file }) => placeOf(root, file) === module.name)
      if (entry) module.name = entry.name
    }
  })
  app.renderer.on(MarkdownPageEvent.END, page => {
    page.contents = withRealPlaces(withoutTags(page.contents))
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the sources')
  await app.generateOutputs(project)
  if (app.logger.hasErrors()) throw new Error('TypeDoc reported errors')
  return entries.map(({ name }) => ({ text: name, link: `/reference/${name}` }))
}
