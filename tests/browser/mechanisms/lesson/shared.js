onconnect = async ({ ports }) => ports[0].postMessage((await (await fetch("notes.txt")).text()).trim());
