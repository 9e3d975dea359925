/**
 * The environment of our tests: Node's, and a way past one limit of jest. jest cannot `require` a package that is an ES
 * module only, as Fastify's parts do with these; Node itself can, so they are taken from Node.
 */
const { TestEnvironment } = require('jest-environment-node');

const ES_MODULES_ONLY = { cookie: require('cookie'), 'content-disposition': require('content-disposition') };

module.exports = class GranaryEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.esModulesOnly = ES_MODULES_ONLY;
  }
};
