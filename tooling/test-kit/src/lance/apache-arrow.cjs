// What stands for apache-arrow in a test: its classes keep what they are given.
module.exports = {
  Utf8: class {},
  Float32: class {},
  FixedSizeList: class {
    constructor(length, item) {
      Object.assign(this, { length, item })
    }
  },
  Struct: class {
    constructor(fields) {
      this.fields = fields
    }
  },
  Field: class {
    constructor(name, type, nullable) {
      Object.assign(this, { name, type, nullable })
    }
  },
  Schema: class {
    constructor(fields) {
      this.fields = fields
    }
  },
  RecordBatch: class {
    constructor(schema, data) {
      Object.assign(this, { schema, data })
    }
  },
  Table: class {
    constructor(schema, batch) {
      Object.assign(this, { schema, batch })
    }
  },
  makeData: parts => parts,
  vectorFromArray: values => ({ data: [{ values }] }),
}
