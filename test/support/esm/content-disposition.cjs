module.exports = globalThis.esModulesOnly['content-disposition'];
