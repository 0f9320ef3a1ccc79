using Recsys.Serving.Sessions;
using Recsys.Serving.Users;

namespace Recsys.Serving.Lists;

/// <summary>One user of a list, as loaded for it.</summary>
/// <param name="Profile">What is known of the user; null: nothing is.</param>
/// <param name="State">The list's own copy, with plays closed that have timed out by now; null: no events, or no consent to personalisation.</param>
internal sealed record Listener(UserProfile? Profile, SessionState? State);
