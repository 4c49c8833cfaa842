window.globalProvideData('data', '{"first": "6ab", "title": "a \u201cquoted\u201d title"}');
