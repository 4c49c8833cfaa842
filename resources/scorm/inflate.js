"use strict";
/**
 * RFC 1951, one symbol at a time: for pages that must wait for a file, and for browsers that cannot
 * inflate a stream. Pages get this function through its source text.
 */
function inflate(packed, size) {
  /** Base value and extra bits of each length or distance code (RFC 1951, 3.2.5). */
  function codes(count, first, grow) {
    let base = first;
    return [...new Array(count)].map((_, n) => {
      const extra = Math.max(0, Math.floor(n / grow) - 1);
      base += n ? 1 << Math.max(0, Math.floor((n - 1) / grow) - 1) : 0;
      return [base, extra];
    });
  }
  const LENGTHS = [...codes(28, 3, 4), [258, 0]];
  const DISTANCES = codes(30, 1, 2);

  const out = new Uint8Array(size);
  let [at, end, bits, held] = [0, 0, 0, 0];

  function damaged() {
    return new DOMException("This file of the lesson is damaged.", "NetworkError");
  }

  function take(count) {
    for (; held < count; held += 8) {
      if (at >= packed.length) {
        throw damaged();
      }
      bits |= packed[at] << held;
      at += 1;
    }
    const value = bits & ((1 << count) - 1);
    bits >>>= count;
    held -= count;
    return value;
  }

  function tree(lengths) {
    const counts = new Array(16).fill(0);
    lengths.forEach((length) => (counts[length] += 1));
    counts[0] = 0;
    const next = counts.map((_, length) => counts.slice(0, length).reduce((a, b) => a + b, 0));
    const symbols = [];
    lengths.forEach((length, symbol) => {
      if (length) {
        symbols[next[length]] = symbol;
        next[length] += 1;
      }
    });
    return { counts, symbols };
  }

  function symbolOf({ counts, symbols }) {
    let [code, first, from] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      code |= take(1);
      if (code - counts[length] < first) {
        return symbols[from + code - first];
      }
      from += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw damaged();
  }

  function trees() {
    const [literals, distances, codes] = [take(5) + 257, take(5) + 1, take(4) + 4];
    const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    const short = new Array(19).fill(0);
    order.slice(0, codes).forEach((symbol) => (short[symbol] = take(3)));
    const code = tree(short);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const symbol = symbolOf(code);
      const [value, times] = symbol < 16 ? [symbol, 1]
        : symbol === 16 ? [lengths[lengths.length - 1], 3 + take(2)]
        : [0, symbol === 17 ? 3 + take(3) : 11 + take(7)];
      lengths.push(...new Array(times).fill(value));
    }
    return [tree(lengths.slice(0, literals)), tree(lengths.slice(literals))];
  }

  function copyStored() {
    bits = held = 0;
    const count = packed[at] | (packed[at + 1] << 8);
    if (at + 4 + count > packed.length || end + count > size) {
      throw damaged();
    }
    out.set(packed.subarray(at + 4, at + 4 + count), end);
    at += 4 + count;
    end += count;
  }

  function expand(literal, distance) {
    for (let symbol = symbolOf(literal); symbol !== 256; symbol = symbolOf(literal)) {
      if (symbol < 256) {
        out[end] = symbol;
        end += 1;
        continue;
      }
      const [base, extra] = LENGTHS[symbol - 257];
      const length = base + take(extra);
      const [near, more] = DISTANCES[symbolOf(distance)];
      const back = near + take(more);
      if (back > end || end + length > size) {
        throw damaged();
      }
      for (const stop = end + length; end < stop; end += 1) {
        out[end] = out[end - back];
      }
    }
  }

  const fixed = () => [
    tree([...new Array(288)].map((_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8))),
    tree(new Array(30).fill(5)),
  ];
  for (let last = 0; !last;) {
    last = take(1);
    const kind = take(2);
    if (kind === 0) {
      copyStored();
    } else {
      expand(...(kind === 1 ? fixed() : trees()));
    }
  }
  if (end !== size) {
    throw damaged();
  }
  return out;
}
