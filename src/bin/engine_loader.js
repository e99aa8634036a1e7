// Starts the engine in its worker. Handlers stand before anything is awaited: the first `connect` of a
// SharedWorker, or the first messages to a dedicated one, come while the WebAssembly is still loading.
// The engine's `main` takes them from `__ports` and `__messages` and puts its own handlers in place.
self.__ports = [];
self.__messages = [];
self.onconnect = (event) => self.__ports.push(event.ports[0]);
self.onmessage = (event) => self.__messages.push(event);

const { default: init } = await import('./engine.js');
await init();
