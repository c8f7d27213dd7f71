/**
 * Isolation forest (Liu, Ting and Zhou 2008): each tree cuts 256 rows by random columns at random places until every
 * row is alone; a row that is soon alone is an anomaly.
 *
 * @param {number[][]} rows what trees are grown from
 * @param {() => number} random uniform in [0, 1)
 * @returns {(row: number[]) => number} the anomaly score 2^(−mean depth/c(256))
 */
export function isolationForest(rows, random, { trees = 100, sample = 256 } = {}) {
  const size = Math.min(sample, rows.length)
  const deepest = Math.ceil(Math.log2(size))
  const forest = Array.from({ length: trees }, () => grow(draw(rows, size, random), 0, deepest, random))
  const usual = expectedDepth(size)
  return row => {
    const depth = forest.reduce((sum, tree) => sum + depthOf(tree, row), 0) / trees
    return 2 ** (-depth / usual)
  }
}

function draw(rows, size, random) {
  const pool = [...rows]
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (pool.length - i))
    ;[pool[i], pool[j]] = [pool[j], pool[i]]
  }
  return pool.slice(0, size)
}

function grow(rows, depth, deepest, random) {
  const ranges = rows[0]?.map((_, column) => {
    const values = rows.map(row => row[column])
    return [Math.min(...values), Math.max(...values)]
  })
  const open = (ranges ?? []).flatMap(([low, high], column) => (low < high ? [column] : []))
  if (rows.length <= 1 || depth === deepest || open.length === 0) {
    return { depth: depth + expectedDepth(rows.length) }
  }
  const column = open[Math.floor(random() * open.length)]
  const [low, high] = ranges[column]
  const at = low + random() * (high - low)
  const below = rows.filter(row => row[column] < at)
  const above = rows.filter(row => row[column] >= at)
  return {
    column,
    at,
    below: grow(below, depth + 1, deepest, random),
    above: grow(above, depth + 1, deepest, random),
  }
}

function depthOf(tree, row) {
  let node = tree
  while (node.depth === undefined) node = row[node.column] < node.at ? node.below : node.above
  return node.depth
}

/** c(n): the mean depth of an unsuccessful search in a binary tree of n. */
function expectedDepth(n) {
  if (n <= 1) return 0
  if (n === 2) return 1
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n
}
