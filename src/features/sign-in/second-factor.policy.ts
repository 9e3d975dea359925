/** Who may do what about second steps and identities at the agency's sign-in service. */
import { agencyWide, definePermissions } from '../../kernel/policy.js';

const everyone = { roles: {}, everyone: true } as const;
const administrators = { administrator: agencyWide } as const;

export const secondFactorPermissions = definePermissions({
  'second_factor.read': { meaning: 'See whether their own second step is set up', ...everyone },
  'second_factor.set_up': { meaning: 'Set up their own second step, and make new recovery codes', ...everyone },
  'second_factor.remove': { meaning: 'Take their own second step off', ...everyone },
  'second_factor_reset.read': {
    meaning: 'See how other people get in, and requests to take their second step off',
    roles: { administrator: agencyWide, auditor: agencyWide },
  },
  'second_factor_reset.ask': {
    meaning: 'Ask to take the second step off for a person who lost their phone and their recovery codes',
    roles: administrators,
  },
  'second_factor_reset.confirm': {
    meaning: "Confirm another administrator's request to take a second step off",
    roles: administrators,
  },
  'second_factor_reset.decline': { meaning: 'Decline a request to take a second step off', roles: administrators },
  'session.confirm': { meaning: 'Prove once more that it is they', ...everyone },
  'external_identity.connect': { meaning: "Connect their own account with the agency's sign-in service", ...everyone },
  'external_identity.end': { meaning: "Disconnect their own account from the agency's sign-in service", ...everyone },
  'external_admission.create': {
    meaning: "Let another person in by the agency's sign-in service at their first visit",
    roles: administrators,
  },
  'external_admission.end': { meaning: 'Take that back before it is used', roles: administrators },
});
