"use strict";
/**
 * Keeps a lesson’s hands off what other lessons and the platform have in this browser: their service
 * workers, and their keys in localStorage and sessionStorage. The worker puts the source text of
 * this function into each page, so it may use nothing but its parameters.
 *
 * view: the window of a page of the lesson. scope: the lesson’s virtual folder.
 * Returns a function that gives the worker that controls the window, or null.
 */
function guard(view, scope) {
  // An empty document and the page that follows it may share a window
  const mark = Symbol.for("cpscorm");
  if (view[mark]) {
    return view[mark];
  }

  function hideWorkers() {
    const { ServiceWorkerContainer: container, ServiceWorkerRegistration: registration } = view;
    if (!container) {
      return () => null;
    }
    // The lesson’s own registrations lie deeper than ours
    const isOwn = (one) => {
      const { pathname } = new URL(one.scope);
      return pathname.startsWith(scope) && pathname !== scope;
    };
    const { getRegistration, getRegistrations } = container.prototype;
    const { unregister } = registration.prototype;
    const { get: controller } = Object.getOwnPropertyDescriptor(container.prototype, "controller");
    const never = new view.Promise(() => {});
    container.prototype.getRegistration = async function (...address) {
      const found = await getRegistration.apply(this, address).catch(() => undefined);
      return found && isOwn(found) ? found : undefined;
    };
    container.prototype.getRegistrations = async function () {
      // Refused in documents without an address
      return (await getRegistrations.call(this).catch(() => [])).filter(isOwn);
    };
    registration.prototype.unregister = async function () {
      return isOwn(this) ? unregister.call(this) : true;
    };
    Object.defineProperty(container.prototype, "controller", { configurable: true, get: () => null });
    Object.defineProperty(container.prototype, "ready", { configurable: true, get: () => never });
    return () => controller.call(view.navigator.serviceWorker);
  }

  /** A storage that holds only what the lesson has put there itself. */
  function shelf(real) {
    const names = () => Object.keys(real).filter((one) => one.startsWith(scope))
      .map((one) => one.slice(scope.length));
    const methods = {
      getItem: (name) => real.getItem(scope + name),
      setItem: (name, value) => real.setItem(scope + name, value),
      removeItem: (name) => real.removeItem(scope + name),
      key: (at) => names()[at] ?? null,
      clear: () => names().forEach(methods.removeItem),
    };
    const { prototype } = view.Storage;
    return new Proxy(Object.create(prototype), {
      get(_, name) {
        if (name === "length") {
          return names().length;
        }
        return methods[name] ?? prototype[name] ?? methods.getItem(name) ?? undefined;
      },
      set: (_, name, value) => (methods.setItem(name, value), true),
      deleteProperty: (_, name) => (methods.removeItem(name), true),
      has: (_, name) => name in prototype || methods.getItem(name) !== null,
      ownKeys: names,
      getOwnPropertyDescriptor(_, name) {
        const value = typeof name === "string" ? methods.getItem(name) : null;
        const open = { configurable: true, enumerable: true, writable: true };
        return value === null ? undefined : { value, ...open };
      },
    });
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      const own = shelf(view[name]);
      Object.defineProperty(view, name, { configurable: true, get: () => own });
    } catch {
      // The browser refuses storage, to the lesson as well
    }
  }
  Object.defineProperty(view, mark, { value: hideWorkers() });
  return view[mark];
}
