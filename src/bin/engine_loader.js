// Starts the engine in its worker. Handlers stand before anything is awaited: the first `connect` of a
// SharedWorker, or the first messages to a dedicated one, come while the WebAssembly is still loading.
// The engine's `main` takes them from `__ports` and `__messages` and puts its own handlers in place.
self.__ports = [];
self.__messages = [];
self.onconnect = (event) => self.__ports.push(event.ports[0]);
self.onmessage = (event) => self.__messages.push(event);

try {
  // Asked for before the script that needs it: one way to the server and back less.
  const module_or_path = fetch(new URL('./engine_bg.wasm', import.meta.url));
  const { default: init } = await import('./engine.js');
  await init({ module_or_path });
} catch (error) {
  // A string and no buffer: the page knows it for what it is. The next page that asks starts anew.
  const ports = 'postMessage' in self ? [self] : self.__ports;
  for (const port of ports) port.postMessage(String(error));
  self.close();
}
