module.exports = globalThis.esModulesOnly['cookie'];
