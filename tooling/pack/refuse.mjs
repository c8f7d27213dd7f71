// prepack of every package: a tarball of the sources' folder would lack the build, or ask npm for "workspace:^".
console.error(
  `${process.env.npm_package_name ?? 'this package'}: packed and published by "npm run pack [folder]" in the ` +
    'repository’s root alone, which builds, and writes the manifest, licence and links that a tarball needs.',
)
process.exit(1)
