export interface PictureMap {
  /** x, y, x, y, … */
  readonly places: Float32Array
  /** The share of the variance that the two directions hold. */
  readonly explained: number
}

/** Turns of the iteration below: directions that differ in variance by a tenth are then told apart to 1 in 10⁴. */
const turns = 100

/**
 * The two directions in which embeddings of unit length vary most: principal components, by power iteration on the
 * centred rows and, for the second, what the first leaves of them. A direction may point both ways: it is turned so
 * that the map lies as the one before did.
 *
 * @param rows [n · dimension]
 */
export function pictureMap(rows: Float32Array, dimension: number, before?: Float32Array): PictureMap {
  const count = rows.length / dimension
  const left = centred(rows, dimension)
  const total = squares(left)
  const places = new Float32Array(2 * count)
  // Equal rows have no direction.
  if (!(total > 1e-12)) return { places, explained: 0 }
  for (let axis = 0; axis < 2; axis++) {
    const along = takeWidest(left, dimension)
    let agreement = 0
    if (before?.length === places.length) {
      for (let i = 0; i < count; i++) agreement += along[i] * before[2 * i + axis]
    }
    for (let i = 0; i < count; i++) places[2 * i + axis] = agreement < 0 ? -along[i] : along[i]
  }
  return { places, explained: squares(places) / total }
}

function centred(rows: Float32Array, dimension: number): Float64Array {
  const means = new Float64Array(dimension)
  for (let i = 0; i < rows.length; i++) means[i % dimension] += (rows[i] * dimension) / rows.length
  return Float64Array.from(rows, (value, i) => value - means[i % dimension])
}

/** How far each row lies along the widest direction, which is taken out of the rows. */
function takeWidest(rows: Float64Array, dimension: number): Float64Array {
  const count = rows.length / dimension
  const along = new Float64Array(count)
  // The longest row has a part of the widest direction in all but made-up cases.
  const lengths = Array.from({ length: count }, (_, i) =>
    squares(rows.subarray(i * dimension, (i + 1) * dimension)),
  )
  const longest = lengths.indexOf(Math.max(...lengths))
  let direction = unit(rows.slice(longest * dimension, (longest + 1) * dimension))
  const project = () => {
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let j = 0; j < dimension; j++) sum += rows[i * dimension + j] * direction[j]
      along[i] = sum
    }
  }
  for (let turn = 0; turn < turns; turn++) {
    project()
    const next = new Float64Array(dimension)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < dimension; j++) next[j] += along[i] * rows[i * dimension + j]
    }
    direction = unit(next)
  }
  project()
  for (let i = 0; i < rows.length; i++) rows[i] -= along[Math.floor(i / dimension)] * direction[i % dimension]
  return along
}

function squares(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(squares(vector)) || 1
  return vector.map(value => value / length)
}
