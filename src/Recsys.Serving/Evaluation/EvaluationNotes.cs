using System.Globalization;
using Recsys.Serving.Live;
using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>What to know when reading the figures of an evaluation; each a sentence.</summary>
internal static class EvaluationNotes
{
    public static IReadOnlyList<string> Of(Holdout holdout, IReadOnlyList<EvaluationCase> cases, LiveModel twin, EvaluationOptions options)
    {
        var notes = new List<string>();
        var unknown = cases.Count(one => twin.DenseId(one.User.Target.Item) < 0);
        var repeated = cases.Count(one => one.Target < 0) - unknown;
        Add(unknown, "targets are items that the training part doesn't have: a miss in every row");
        Add(repeated, "targets are items that the user had met before, and seen items are left out: a miss in every row (--keep-seen lets them compete)");
        Add(holdout.WithoutHistory, options.Split == EvaluationSplit.Given
            ? "users of the test data have nothing to predict after their first interaction and are not evaluated"
            : "users have nothing before the moment of the split and are not evaluated");
        Add(holdout.TrainedOn, "users of the test data are in the store with all of these items: what they do next was trained on, and their figures say nothing");
        if (options.UserIds.Count > 0) notes.Add("Only users of the given list are evaluated; everybody is trained on.");
        if (holdout.CutMs is { } cut)
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(cut).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            notes.Add($"The training part ends before {moment}.");
            notes.Add(options.EveryNext
                ? "Every interaction of a user from then on is predicted from those before it; the model isn't trained on them."
                : "The first interaction of each user from then on is predicted.");
            if (!holdout.TimesTell())
            {
                notes.Add("Nearly all interactions are equally far from the one before: these times look made up (data without times gets a minute between a user's events), and then this split means "
                    + "nothing. Use leave-one-out.");
            }
        }

        if (holdout.CutMs is not null && twin.Sources.Ranker is not null)
        {
            notes.Add(
                "In the engine's rows what is trending and what was watched next go on counting what others play in the test's time, as when serving; the baselines know the training part alone.");
        }

        if (options.Split == EvaluationSplit.LeaveOneOut)
        {
            notes.Add($"Users with fewer than {Holdout.MinTargets} interactions to learn from are trained on and not evaluated.");
        }

        if (options.Split == EvaluationSplit.Given)
        {
            notes.Add(options.EveryNext
                ? "Every interaction of a test user after the first is predicted from those before it; all of the store is trained on."
                : "The last interaction of each test user is predicted from those before it; all of the store is trained on.");
        }

        notes.Add(options.ExcludeSeen ? "Items that the user has interacted with are left out of the rankings." : "Items that the user has interacted with compete like all others.");
        return notes;

        void Add(int count, string what)
        {
            if (count > 0) notes.Add($"{count.ToString(CultureInfo.InvariantCulture)} {what}.");
        }
    }
}
