using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>One step of a replay: an interaction that happens, or a list that is asked for.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Interaction">What happens; of a list, the target.</param>
/// <param name="Case">Which case asks; null: nothing is asked.</param>
internal readonly record struct ReplayStep(string UserId, Interaction Interaction, int? Case)
{
    /// <summary>
    /// The steps of all users in the order of time. A list is asked for after what is in its history and before anything that came after that. Where nobody else's history is given, one user
    /// comes after the other: then times tell nothing.
    /// </summary>
    /// <param name="cases">The cases; those of a user one after the other, oldest first, each with a longer history than the one before.</param>
    /// <param name="others">Histories of users who aren't asked.</param>
    public static IEnumerable<ReplayStep> InOrder(IReadOnlyList<EvaluationCase> cases, IReadOnlyList<IReadOnlyList<Interaction>> others)
    {
        var steps = new List<ReplayStep>();
        for (var at = 0; at < cases.Count; at++)
        {
            var user = cases[at].User;
            var written = at > 0 && cases[at - 1].User.UserId == user.UserId ? cases[at - 1].User.History.Count : 0;
            for (var i = written; i < user.History.Count; i++) steps.Add(new(user.UserId, user.History[i], null));
            steps.Add(new(user.UserId, user.Target, at));
        }

        if (others.Count == 0) return steps;
        for (var other = 0; other < others.Count; other++)
        {
            // No id of a caller's holds a control character.
            foreach (var interaction in others[other]) steps.Add(new($"\u0001{other}", interaction, null));
        }

        // Stable: of equal times, a user's steps stay as they are.
        return steps.OrderBy(step => step.Interaction.TimeMs);
    }
}
