// The geometry of windows sliding over a volume [batch, depth, height, width, channels], as 21 numbers (i32) in
// the order of src/kernels/window-geometry.ts. A picture is a volume of depth 1.

// @inline
function at(geometry: usize, i: i32): i32 {
  return load<i32>(geometry + ((<usize>i) << 2))
}

// @inline
export function batchOf(g: usize): i32 {
  return at(g, 0)
}
// @inline
export function inDepth(g: usize): i32 {
  return at(g, 1)
}
// @inline
export function inHeight(g: usize): i32 {
  return at(g, 2)
}
// @inline
export function inWidth(g: usize): i32 {
  return at(g, 3)
}
// @inline
export function inChannels(g: usize): i32 {
  return at(g, 4)
}
// @inline
export function outDepth(g: usize): i32 {
  return at(g, 5)
}
// @inline
export function outHeight(g: usize): i32 {
  return at(g, 6)
}
// @inline
export function outWidth(g: usize): i32 {
  return at(g, 7)
}
// @inline
export function outChannels(g: usize): i32 {
  return at(g, 8)
}
// @inline
export function windowDepth(g: usize): i32 {
  return at(g, 9)
}
// @inline
export function windowHeight(g: usize): i32 {
  return at(g, 10)
}
// @inline
export function windowWidth(g: usize): i32 {
  return at(g, 11)
}
// @inline
export function strideDepth(g: usize): i32 {
  return at(g, 12)
}
// @inline
export function strideHeight(g: usize): i32 {
  return at(g, 13)
}
// @inline
export function strideWidth(g: usize): i32 {
  return at(g, 14)
}
// @inline
export function padFront(g: usize): i32 {
  return at(g, 15)
}
// @inline
export function padTop(g: usize): i32 {
  return at(g, 16)
}
// @inline
export function padLeft(g: usize): i32 {
  return at(g, 17)
}
// @inline
export function dilationDepth(g: usize): i32 {
  return at(g, 18)
}
// @inline
export function dilationHeight(g: usize): i32 {
  return at(g, 19)
}
// @inline
export function dilationWidth(g: usize): i32 {
  return at(g, 20)
}
