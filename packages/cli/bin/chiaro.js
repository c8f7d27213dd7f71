#!/usr/bin/env node
// A file of its own, not dist/main.js: package managers link bins before anything is built.
import '../dist/main.js'
