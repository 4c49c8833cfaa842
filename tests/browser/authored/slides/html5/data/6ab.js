window.globalProvideData('6ab', '{"title": "Caf\u00e9", "picture": "dot.png"}');
