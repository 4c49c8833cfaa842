"use strict";
/** The ZIP and the worker’s sentences in the browser’s cache storage, where that is allowed. */
const CACHE = "cpscorm";

async function sha256(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fromCache(address) {
  try {
    const found = await (await caches.open(CACHE)).match(address);
    return found ? await found.blob() : null;
  } catch {
    // Storage refused: what was read lives in memory
    return null;
  }
}

/** Keep this, drop its older versions. */
async function keep(address, blob) {
  try {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      const own = new URL(address, self.location);
      if (pathname === own.pathname && search !== own.search) {
        await cache.delete(request);
      }
    }
    await cache.put(address, new Response(blob));
  } catch {
    // full or refused: it is fetched again next time
  }
}
