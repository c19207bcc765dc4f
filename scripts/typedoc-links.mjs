// A plugin of TypeDoc: {@link} finds the names of the main entry from every entry, and errors of JavaScript on MDN.

const MDN = 'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.addUnknownSymbolResolver(({ symbolReference }, reflection) => {
    const path = symbolReference?.path?.map((part) => part.path) ?? [];
    if (['TypeError', 'RangeError'].includes(path.join('.'))) return `${MDN}/${path[0]}`;
    const target = reflection.project.getChildByName(['videos-client', ...path]);
    return path.length > 0 && target ? { target } : undefined;
  });
}
