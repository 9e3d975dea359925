/** The home page of each role against the same page with its content made beforehand. */
import { HomeViews } from '../../src/features/home/home.view.js';
import { ROLES } from '../../src/kernel/policy.js';
import type { Visitor, WebWorld } from '../support/world.js';
import { compare, ms, type Sizes, tell, times } from './measure.js';

const AT_ONCE = 5;

export async function benchHomes(world: WebWorld, sizes: Sizes): Promise<void> {
  const views = world.get(HomeViews);
  const real = views.home.bind(views);
  for (const role of ROLES) {
    const visitor = await world.signIn(role);
    const grant = { role, scopeKind: 'agency' as const, scopeId: null };
    const content = await real({
      ...{ kind: 'person' as const, personId: visitor.person.personId, name: visitor.person.name, grants: [grant] },
    });
    const showing = (home: HomeViews['home']) => async () => {
      Object.assign(views, { home });
      await ask(visitor, sizes.requests);
    };
    const [ours, constant] = await compare(
      [
        { name: 'home', run: showing(real) },
        { name: 'constant', run: showing(async () => content) },
      ] as const,
      sizes.runs,
    );
    tell({
      what: `Home page, ${role.replace('_', ' ')}`,
      ...{ ours: ms(ours / sizes.requests), baseline: `${ms(constant / sizes.requests)}, constant content` },
      ...{ ratio: `${times(constant / ours)} its rate`, aim: '0.5x' },
    });
  }
  Object.assign(views, { home: real });
}

async function ask(visitor: Visitor, requests: number): Promise<void> {
  let left = requests;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { statusCode } = await visitor.get('/');
      if (statusCode !== 200) throw new Error(`The home page answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
