/** The sentences of a text. */
function sentencesOf(text) {
  // A point within a name or a number has no space behind it, and one of "et al. 2021" no capital.
  return text
    .trim()
    .split(/\n\s*\n|(?<=[.!?])\s+(?=[("'“‘]?[A-Z`])/)
    .filter(sentence => sentence !== '')
}

/** The sentence of a text that says most to a package's users: the first that names it as `ops` or @chiaro/ops, or the first. */
export function sentenceFor(name, text) {
  const sentences = sentencesOf(text)
  const short = name.replace(/^@.+\//, '')
  const names = new RegExp(`\`${short}\`|@[a-z]+/${short}(?![a-z-])`)
  return sentences.find(sentence => names.test(sentence)) ?? sentences[0]
}

/** Whether a release leaves the range `^` of the version before: in 0.x a minor does. */
const leavesRange = ({ type, oldVersion }) =>
  type === 'major' || (type === 'minor' && oldVersion.startsWith('0.'))

/** A text as an item of a list, its further paragraphs within the item. */
const item = text => `- ${text.trim().replace(/\n(?=.)/g, '\n  ')}\n`

/**
 * What a package's changelog says of a release. A change of several packages stands whole in the changelog of the first that
 * it names; the others have one sentence of it, and where the rest is.
 *
 * @param name the package
 * @param plan of @changesets/get-release-plan: { releases, changesets }
 * @param packages by their names: { folder, dependencies }, the folder in the repository
 */
export function changelogEntry(name, plan, packages) {
  const releaseOf = Object.fromEntries(plan.releases.map(release => [release.name, release]))
  const { newVersion } = releaseOf[name]

  const linesOf = wanted =>
    plan.changesets.flatMap(({ summary, releases }) => {
      if (!releases.some(release => release.name === name && release.type === wanted)) return []
      const home = releases[0].name
      const sentence = sentenceFor(name, summary)
      if (home === name || sentence === summary.trim()) return [item(summary)]
      const link = `[${home} ${releaseOf[home].newVersion}](../${packages[home].folder.split('/').at(-1)}/CHANGELOG.md)`
      return [item(`${sentence} More: ${link}.`)]
    })
  const needs = Object.keys(packages[name].dependencies)
    .filter(dependency => releaseOf[dependency] && leavesRange(releaseOf[dependency]))
    .map(dependency => `${dependency} ${releaseOf[dependency].newVersion}`)

  const sections = { Major: linesOf('major'), Minor: linesOf('minor'), Patch: linesOf('patch') }
  if (needs.length > 0) sections.Needs = [item(`${needs.join(', ')}.`)]
  const text = Object.entries(sections)
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `### ${title}\n\n${lines.join('')}`)
  return `## ${newVersion}\n\n${text.join('\n')}`
}

/** A changelog with an entry on top. */
export function withEntry(name, changelog, entry) {
  const title = `# ${name}\n\n`
  const before = changelog.startsWith(title) ? changelog.slice(title.length) : changelog
  return `${title}${entry}${before === '' ? '' : `\n${before}`}`
}
