import { posix } from 'node:path'

/**
 * Markdown whose links to files of the repository work outside of it too.
 *
 * @param folder the page's folder in the repository, "packages/core"
 * @param repository the project's address
 */
export function absoluteLinks(markdown, folder, repository) {
  const [fence, link] = [/(^```[\s\S]*?^```)/m, /(\]\()(?!\w+:|#)([^)#\s]+)/g]
  // Every second part is a block of code, which stays as it is.
  return markdown
    .split(fence)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replace(
            link,
            (_, before, path) => `${before}${repository}/blob/main/${posix.join(folder, path)}`,
          ),
    )
    .join('')
}
