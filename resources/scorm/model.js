"use strict";
/**
 * The data model of one lesson: a table of elements and the values that stand in them.
 *
 * A table maps a pattern such as `cmi.objectives.n.id` to a row:
 *   access    "rw" (default), "ro", "wo"
 *   check     of values.js; may use (value, model, indices)
 *   start     value before the content sets one; undefined: none
 *   read      (model, stored) → value as the content sees it
 *   guard     (model, place, value) → "" or the name of the error that stops it
 *   append    true: a new value is put behind the old one
 *   keyword   true: it is one of the words that begin with an underscore
 */
const rw = (check, start, more) => ({ check, start, ...more });
const ro = (start, more) => ({ access: "ro", start, ...more });
const wo = (check) => ({ access: "wo", check });

// The versions that travel with this package; the file of each puts its own here
const VERSIONS = [];

/**
 * Rows by parent, `{"cmi.core": {credit: row, score: null}}`, as one table; null stands for a child
 * with rows of its own. `children` maps a parent to the text of its _children, `lists` holds the
 * parents that repeat (those with `.n`).
 */
function tablesOf(parents) {
  const [table, children, lists] = [{}, {}, {}];
  for (const [parent, rows] of Object.entries(parents)) {
    for (const [name, row] of Object.entries(rows)) {
      if (row) {
        table[`${parent}.${name}`] = row;
      }
    }
    const list = parent.replace(/\.n$/, "");
    if (list !== parent) {
      lists[list] = 1;
    }
    if (!/\.n\..*\.n$/.test(parent)) {
      children[list] = Object.keys(rows).filter((name) => name[0] !== "_").join();
    }
  }
  return { table, children, lists };
}

class Model {
  constructor(version, config, stored) {
    // {table, children, lists, codes}
    this.version = version;
    this.config = config;
    this.values = { ...(stored && stored.values) };
    this.counts = { ...(stored && stored.counts) };
  }

  /** What is kept in the browser. */
  stored() {
    return { values: this.values, counts: this.counts };
  }

  /** {value} or {error}. */
  get(element) {
    const place = this.locate(element);
    const { codes } = this.version;
    if (place.keyword) {
      return this.readKeyword(place);
    }
    if (!place.row) {
      return { error: codes.undefined };
    }
    if (place.row.access === "wo") {
      return { error: codes.writeOnly };
    }
    if (!this.reaches(place, 0)) {
      return { error: codes.beyond };
    }
    const { read, start } = place.row;
    let value = this.values[element] ?? (typeof start === "function" ? start(this) : start);
    value = read ? read(this, value) : value;
    return value === undefined ? { value: "", error: codes.noValue } : { value: String(value) };
  }

  /** The code of an error, 0 when the value was taken. */
  set(element, value) {
    const place = this.locate(element);
    const { codes } = this.version;
    if (place.keyword) {
      return place.known ? codes.keyword : codes.undefined;
    }
    if (!place.row) {
      return codes.undefined;
    }
    if (place.row.access === "ro") {
      return place.row.keyword ? codes.keyword : codes.readOnly;
    }
    if (!this.reaches(place, 1)) {
      return codes.beyondSet;
    }
    const fault = this.fault(place, value);
    if (!fault) {
      this.put(place, value);
    }
    return fault ? codes[fault] : 0;
  }

  /** Set what the content may not: only the runtime calls this. */
  force(element, value) {
    this.values[element] = value;
  }

  /** The stored value, without start values and evaluation. */
  peek(element) {
    return this.values[element];
  }

  count(list) {
    return this.counts[list] || 0;
  }

  fault({ row, indices, element }, value) {
    const guarded = row.guard ? row.guard(this, { element, indices }, value) : "";
    return guarded || (row.check ? row.check(value, this, indices) : "");
  }

  put({ element, lists, row }, value) {
    const before = row.append ? this.values[element] || "" : "";
    this.values[element] = before + value;
    for (const { name, index } of lists) {
      this.counts[name] = Math.max(this.count(name), index + 1);
    }
  }

  /** Whether every index points at an entry, or (`more` = 1) right behind the last. */
  reaches({ lists }, more) {
    return lists.every(({ name, index }, at) => {
      const spare = at === lists.length - 1 ? more : 0;
      return index < this.count(name) + spare;
    });
  }

  /** What an element's name means: its row or keyword, its indices, the lists on its way. */
  locate(element) {
    const lists = [];
    if (/\.(n|\{\})(\.|$)/.test(element)) {
      // Our own sign for “any”, not the content’s
      return { element, lists };
    }
    const targets = element.replace(/\.\{target=[^{}]+\}$/, ".{}");
    const pattern = targets.replace(/\.(0|[1-9]\d*)(?=\.|$)/g, (all, digits, at) => {
      lists.push({ name: element.slice(0, at), index: Number(digits) });
      return ".n";
    });
    const indices = lists.map(({ index }) => index);
    const [, parent, keyword] = /^(.*)\.(_children|_count|_version)$/.exec(pattern) || [];
    const { table } = this.version;
    const row = Object.hasOwn(table, pattern) ? table[pattern] : undefined;
    if (keyword && !row) {
      return this.locateKeyword({ element, parent, keyword, lists });
    }
    return { element, row, indices, lists };
  }

  locateKeyword({ element, parent, keyword, lists }) {
    const { table, children, lists: repeating } = this.version;
    const source = keyword === "_children" ? children : repeating;
    const known = Object.hasOwn(source, parent);
    const exists = known || Object.hasOwn(table, parent) || Object.hasOwn(children, parent);
    return { element, keyword, parent, known, exists, lists };
  }

  readKeyword({ element, keyword, parent, known, exists, lists }) {
    const { codes, children } = this.version;
    if (!exists || keyword === "_version") {
      return { error: codes.undefined };
    }
    if (!known) {
      return { error: keyword === "_children" ? codes.noChildren : codes.noCount };
    }
    if (!this.reaches({ lists }, 0)) {
      return { error: codes.beyond };
    }
    if (keyword === "_children") {
      return { value: children[parent] };
    }
    return { value: String(this.count(element.slice(0, -"._count".length))) };
  }
}
