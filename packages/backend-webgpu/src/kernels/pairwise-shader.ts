import { notANumber } from '../not-a-number.ts'

/**
 * WGSL of the pairwise log-sum-exp. A workgroup of 8×8 invocations owns 32 *outer* rows (queries, or keys for the sums
 * over columns) and walks over the *inner* ones 32 at a time; an invocation holds 4×4 logits of a tile. Nothing of size
 * n×m is ever stored.
 */

/** Rows of a tile on each side, and channels read at a time. */
export const tile = 32
export const invocations = 64
/** Channels of the gradient that one workgroup makes at once, in chunks of 32. */
export const mostChunks = 4

/** Where each vector begins in the two tensors that all of them are packed into, in multiples of n or m. */
export interface Packed {
  readonly rowOffset?: number
  readonly rows?: number
  readonly rowGradient?: number
  readonly keyBias?: number
  readonly columnOffset?: number
  readonly columns?: number
  readonly columnGradient?: number
}

/** What changes the code. */
export interface Shape {
  readonly outer: 'queries' | 'keys'
  readonly packed: Packed
  readonly exclude: boolean
  readonly groups: boolean
  readonly mask: boolean
}

export const keyOf = ({ outer, packed, exclude, groups, mask }: Shape) =>
  [outer, JSON.stringify(packed), exclude, groups, mask].join('_')

const ofQuery = (place: number | undefined, fallback = '0.0') =>
  place === undefined ? fallback : `queryTerms[${place} * uniforms.n + i]`
const ofKey = (place: number | undefined, fallback = '0.0') =>
  place === undefined ? fallback : `keyTerms[${place} * uniforms.m + j]`

/** 32 rows × 32 channels of a tensor into shared memory, channel by channel; 0 beyond its edges. */
const load = (tensor: 'queries' | 'keys', into: string, name: string, byChannel: boolean) => `
  fn ${name}(firstRow : i32, firstChannel : i32) {
    for (var k = 0; k < 16; k++) {
      let at = i32(localIndex) + 64 * k;
      let row = at / 32;
      let channel = at % 32;
      var value = 0.0;
      if (firstRow + row < uniforms.${tensor === 'queries' ? 'n' : 'm'} && firstChannel + channel < uniforms.d) {
        value = ${tensor}[(firstRow + row) * uniforms.d + firstChannel + channel];
      }
      ${into}[${byChannel ? 'channel * 33 + row' : 'row * 33 + channel'}] = value;
    }
  }`

/** The logits of a tile, which pairs take part, and what belongs to a pair. */
export function logits({ outer, packed, exclude, groups, mask }: Shape): string {
  const inner = outer === 'queries' ? 'keys' : 'queries'
  return `
  const largest = 3.4028234e38;
  var<workgroup> outerChunk : array<f32, 1056>;
  var<workgroup> innerChunk : array<f32, 1056>;
  var<private> z : array<f32, 16>;
  ${load(outer, 'outerChunk', 'loadOuter', true)}
  ${load(inner, 'innerChunk', 'loadInner', true)}

  fn dotProducts(firstOuter : i32, firstInner : i32) {
    let row = 4 * (i32(localIndex) / 8);
    let column = 4 * (i32(localIndex) % 8);
    for (var k = 0; k < 16; k++) { z[k] = 0.0; }
    for (var first = 0; first < uniforms.d; first += 32) {
      workgroupBarrier();
      loadOuter(firstOuter, first);
      loadInner(firstInner, first);
      workgroupBarrier();
      for (var channel = 0; channel < 32; channel++) {
        for (var u = 0; u < 4; u++) {
          let a = outerChunk[channel * 33 + row + u];
          for (var v = 0; v < 4; v++) { z[4 * u + v] += a * innerChunk[channel * 33 + column + v]; }
        }
      }
    }
  }

  fn takesPart(i : i32, j : i32) -> bool {
    if (i >= uniforms.n || j >= uniforms.m) { return false; }
    ${exclude ? 'for (var e = 0; e < uniforms.e; e++) { if (exclude[i * uniforms.e + e] == j) { return false; } }' : ''}
    ${groups ? 'if (groups[i] != groups[uniforms.n + j]) { return false; }' : ''}
    ${mask ? 'if (mask[i * uniforms.m + j] == 0) { return false; }' : ''}
    ${packed.keyBias === undefined ? '' : `if (${ofKey(packed.keyBias)} < -largest) { return false; }`}
    return true;
  }

  fn bias(j : i32) -> f32 { return ${ofKey(packed.keyBias)}; }
  fn queryOf(outer : i32, inner : i32) -> i32 { return ${outer === 'queries' ? 'outer' : 'inner'}; }
  fn keyOf(outer : i32, inner : i32) -> i32 { return ${outer === 'queries' ? 'inner' : 'outer'}; }`
}

const sizes = (outer: 'queries' | 'keys') =>
  outer === 'queries'
    ? { outers: 'uniforms.n', inners: 'uniforms.m' }
    : { outers: 'uniforms.m', inners: 'uniforms.n' }

/**
 * result[outer] = log Σ_inner exp(z − offset). Each invocation keeps maximum and sum of its own part of a row, sums of 16
 * tiles apart from the total: of 65,536 equal numbers float32 would lose the last ones.
 */
export function forwardCode(shape: Shape): string {
  const { outer, packed } = shape
  const { outers, inners } = sizes(outer)
  const offset = outer === 'queries' ? ofQuery(packed.rowOffset) : ofKey(packed.columnOffset)
  return `${logits(shape)} ${notANumber}
  fn offset(i : i32, j : i32) -> f32 { return ${offset}; }

  fn main(index : i32) {
    let firstOuter = 32 * i32(workgroupId.x);
    let row = 4 * (i32(localIndex) / 8);
    let column = 4 * (i32(localIndex) % 8);
    var most = array<f32, 4>(-largest, -largest, -largest, -largest);
    var total : array<f32, 4>;
    var recent : array<f32, 4>;
    // A NaN that takes part: a maximum may lose it.
    var spoilt : array<f32, 4>;
    for (var firstInner = 0; firstInner < ${inners}; firstInner += 32) {
      dotProducts(firstOuter, firstInner);
      for (var u = 0; u < 4; u++) {
        var part : array<bool, 4>;
        var value : array<f32, 4>;
        var top = most[u];
        for (var v = 0; v < 4; v++) {
          let i = queryOf(firstOuter + row + u, firstInner + column + v);
          let j = keyOf(firstOuter + row + u, firstInner + column + v);
          part[v] = takesPart(i, j);
          if (part[v]) {
            let exact = z[4 * u + v] + bias(j) - offset(i, j);
            part[v] = !isNotANumber(exact);
            if (!part[v]) { spoilt[u] = exact; }
            value[v] = clamp(exact, -largest, largest);
            if (part[v]) { top = max(top, value[v]); }
          }
        }
        let shrink = exp(most[u] - top);
        total[u] *= shrink;
        recent[u] *= shrink;
        most[u] = top;
        for (var v = 0; v < 4; v++) { if (part[v]) { recent[u] += exp(value[v] - top); } }
        if ((firstInner & 511) == 480) {
          total[u] += recent[u];
          recent[u] = 0.0;
        }
      }
    }
    workgroupBarrier();
    for (var u = 0; u < 4; u++) {
      outerChunk[8 * (row + u) + column / 4] = most[u];
      innerChunk[8 * (row + u) + column / 4] = total[u] + recent[u] + spoilt[u];
    }
    workgroupBarrier();
    let own = i32(localIndex);
    if (own < 32 && firstOuter + own < ${outers}) {
      var top = -largest;
      for (var k = 0; k < 8; k++) { top = max(top, outerChunk[8 * own + k]); }
      var sum = 0.0;
      for (var k = 0; k < 8; k++) { sum += innerChunk[8 * own + k] * exp(outerChunk[8 * own + k] - top); }
      var value = top + log(sum);
      if (top <= -largest) { value = -uniforms.INFINITY; }
      if (top >= largest) { value = uniforms.INFINITY; }
      result[firstOuter + own] = select(value, sum, isNotANumber(sum));
    }
  }`
}

/** g[i, j] of the contract, for pairs that take part. */
const slope = ({ rowOffset, rows, rowGradient, columnOffset, columns, columnGradient }: Packed) => `
  fn slope(i : i32, j : i32, logit : f32) -> f32 {
    ${rowGradient === undefined ? 'var g = 0.0;' : `var g = ${ofQuery(rowGradient)} * exp(logit - ${ofQuery(rowOffset)} - ${ofQuery(rows)});`}
    ${columnGradient === undefined ? '' : `g += ${ofKey(columnGradient)} * exp(logit - ${ofKey(columnOffset)} - ${ofKey(columns)});`}
    return g;
  }

  var<workgroup> slopes : array<f32, 1056>;

  // The slopes of a tile into shared memory, 0 where a pair takes no part.
  fn slopesOfTile(firstOuter : i32, firstInner : i32) {
    dotProducts(firstOuter, firstInner);
    let row = 4 * (i32(localIndex) / 8);
    let column = 4 * (i32(localIndex) % 8);
    for (var u = 0; u < 4; u++) {
      for (var v = 0; v < 4; v++) {
        let i = queryOf(firstOuter + row + u, firstInner + column + v);
        let j = keyOf(firstOuter + row + u, firstInner + column + v);
        var g = 0.0;
        if (takesPart(i, j)) { g = slope(i, j, z[4 * u + v] + bias(j)); }
        slopes[(column + v) * 33 + row + u] = g;
      }
    }
    workgroupBarrier();
  }`

/** result[outer, channel] = Σ_inner g·inner[channel], `chunks` of 32 channels a workgroup. */
export function backwardCode(shape: Shape, chunks: number): string {
  const { outer, packed } = shape
  const { outers, inners } = sizes(outer)
  const inner = outer === 'queries' ? 'keys' : 'queries'
  const each = (code: (chunk: number) => string) =>
    Array.from({ length: chunks }, (_, k) => code(k)).join('\n')
  return `${logits(shape)} ${slope(packed)}
  ${load(inner, 'innerChunk', 'loadChannels', false)}

  fn addProducts(sum : ptr<function, array<f32, 16>>, firstInner : i32, firstChannel : i32) {
    loadChannels(firstInner, firstChannel);
    workgroupBarrier();
    let row = 4 * (i32(localIndex) / 8);
    let column = 4 * (i32(localIndex) % 8);
    for (var inner = 0; inner < 32; inner++) {
      for (var u = 0; u < 4; u++) {
        let g = slopes[inner * 33 + row + u];
        // Of a row that takes no part nothing may come, not even 0·∞.
        if (g == 0.0) { continue; }
        for (var v = 0; v < 4; v++) { (*sum)[4 * u + v] += g * innerChunk[inner * 33 + column + v]; }
      }
    }
    workgroupBarrier();
  }

  fn store(sum : ptr<function, array<f32, 16>>, firstOuter : i32, firstChannel : i32) {
    for (var u = 0; u < 4; u++) {
      for (var v = 0; v < 4; v++) {
        let row = firstOuter + 4 * (i32(localIndex) / 8) + u;
        let channel = firstChannel + 4 * (i32(localIndex) % 8) + v;
        if (row < ${outers} && channel < uniforms.d) { result[row * uniforms.d + channel] = (*sum)[4 * u + v]; }
      }
    }
  }

  fn main(index : i32) {
    let firstOuter = 32 * i32(workgroupId.x);
    let firstChannel = ${32 * chunks} * i32(workgroupId.y);
    ${each(chunk => `var sum${chunk} : array<f32, 16>;`)}
    for (var firstInner = 0; firstInner < ${inners}; firstInner += 32) {
      slopesOfTile(firstOuter, firstInner);
      ${each(chunk => `addProducts(&sum${chunk}, firstInner, firstChannel + ${32 * chunk});`)}
    }
    ${each(chunk => `store(&sum${chunk}, firstOuter, firstChannel + ${32 * chunk});`)}
  }`
}

/** result[outer] = Σ_inner g. */
export function slopeSumsCode(shape: Shape): string {
  const { outers, inners } = sizes(shape.outer)
  return `${logits(shape)} ${slope(shape.packed)}
  fn main(index : i32) {
    let firstOuter = 32 * i32(workgroupId.x);
    let own = i32(localIndex);
    var sum = 0.0;
    for (var firstInner = 0; firstInner < ${inners}; firstInner += 32) {
      slopesOfTile(firstOuter, firstInner);
      if (own < 32) { for (var inner = 0; inner < 32; inner++) { sum += slopes[inner * 33 + own]; } }
      workgroupBarrier();
    }
    if (own < 32 && firstOuter + own < ${outers}) { result[firstOuter + own] = sum; }
  }`
}
