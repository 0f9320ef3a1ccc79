using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;
using Recsys.Inference.Rules;
using Recsys.Training.Progress;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>
/// Item-to-item rules and nearest sessions beside the network: which settings they have and how much they weigh is chosen on the held-out interactions, by what the network and they
/// say together. No held-out interaction is in either when that is done, and nobody's own sequence is among their neighbours.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="progress">Hears of it.</param>
internal sealed class PartnersJoin(InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress)
{
    /// <summary>Fewer held-out users can't tell whether a partner helps.</summary>
    private const int LeastUsers = 30;

    /// <summary>Past interactions that are kept in a model, the newest sessions': 8 MB in memory and 16 a session.</summary>
    private const int MostPastInteractions = 1_000_000;

    /// <summary>Newest sessions looked at for each item of a history: 300 ranked as well as 5,000 on sessions of four clicks, and it is what a list costs.</summary>
    private const int SampleSize = 500;

    // Times that were made up would say that the longest sequences are the newest.
    private readonly bool _timesTell = DataShape.Of(log).TimesTell;

    private RulesOptions? _rulesOptions;

    /// <summary>Chooses. The partners are fitted without what is held out, so that more can be chosen by it; <see cref="Refit"/> comes last.</summary>
    /// <param name="trained">The network.</param>
    /// <param name="validator">Ranks by it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The network with its partners and the figures of all; as it was where they add nothing, or nothing is held out to tell by.</returns>
    public TrainedSession Join(TrainedSession trained, SessionValidator validator, CancellationToken cancellation)
    {
        var users = split.UsersToAsk(Math.Max(LeastUsers, ValidationSplit.MostLogits / log.ItemCount), settings.Seed);
        if (users.Length < LeastUsers)
        {
            Report($"no rules or nearest sessions beside the network: {users.Length} held-out users are too few to tell whether they help, {LeastUsers} are needed");
            return trained;
        }
        var cases = Array.ConvertAll(users, user => new BlendCase(HistoryOf(user), null, log.Items[split.TrainingEnds[user]]));
        var sequences = Sequences(split.TrainingEnds);
        var times = Times(split.TrainingEnds);
        var shape = RulesShape.Of(sequences, log.ItemCount, timesMs: times);
        (_rulesOptions, var rules) = settings.Rules ? ChooseRules(sequences, times, shape, cases, cancellation) : (null, null);
        var first = SessionKnnPreset.Choose(shape) with { MaxInteractions = MostPastInteractions, SampleSize = SampleSize };
        SessionKnn? neighbours = null;
        if (settings.Neighbours)
        {
            Report(FormattableString.Invariant($"nearest sessions of {log.UserCount:N0}"));
            neighbours = SessionKnnSelection.Choose(sequences, times, log.ItemCount, first, cases, users, settings.MaskOwnItems, cancellation);
        }
        Report("how much they weigh beside the network");
        var logits = validator.Logits(trained.Weights, Array.ConvertAll(users, user => new HeldOutTarget(user, split.TrainingEnds[user])), timeKnown: false, cancellation);
        var chosen = PartnersBlend.Choose(
            cases,
            log.ItemCount,
            (index, network, ofRules, ofNeighbours) =>
            {
                logits(index).CopyTo(network);
                rules?.Score(cases[index].History, [], ofRules);
                neighbours?.AddLogarithms(cases[index].History, ofNeighbours, except: users[index]);
            },
            PartnersBlend.Grid(rules is not null, neighbours is not null), settings.MaskOwnItems, cancellation);
        var weights = chosen.Weights;
        Report(FormattableString.Invariant($"rules weigh {weights.Rules}{(weights.RulesScale > 0 ? " (in logarithms)" : "")}, nearest sessions {weights.Neighbours}: ")
            + FormattableString.Invariant($"NDCG@10 {chosen.Of(weights).Ndcg:F4}, without {chosen.Of(default).Ndcg:F4} ({users.Length:N0} held-out users)"));
        if (weights == default)
            return trained;
        var partners = new ModelPartners(weights.Rules > 0 ? rules : null, weights.Neighbours > 0 ? neighbours : null, weights);
        var scores = validator.Validate(
            trained.Weights, timeKnown: false, cancellation, (user, to) => partners.Add(HistoryOf(user), to, except: user));
        return trained with { Partners = partners, Metrics = scores };
    }

    /// <summary>Fits the chosen partners to all interactions, also where the network isn't trained again on all: it takes seconds.</summary>
    /// <param name="trained">After <see cref="Join"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    public TrainedSession Refit(TrainedSession trained, CancellationToken cancellation) =>
        trained.Partners.Weights == default ? trained : trained with { Partners = Refitted(trained.Partners, cancellation) };

    private (RulesOptions Options, ItemRules Rules) ChooseRules(List<int[]> sequences, List<long[]>? times, RulesShape shape, BlendCase[] cases, CancellationToken cancellation)
    {
        // Whether the order means anything can't be seen from outside: data without times is in some order as well.
        IReadOnlyList<RulesOptions> candidates = log.ItemCount <= RulesSelection.MostItemsToTry
            ? [.. RulesPreset.Candidates(shape), RulesPreset.Choose(shape with { OrderKnown = false })]
            : [RulesPreset.Choose(shape)];
        var (options, _, rules) = RulesSelection.Choose(
            sequences, times, log.ItemCount, candidates, cases, settings.MaskOwnItems,
            i => Report(FormattableString.Invariant($"item-to-item rules of {log.ItemCount:N0} items, settings {i + 1} of {candidates.Count}"), soonOutdated: i > 0), cancellation);
        return (options, rules);
    }

    private ModelPartners Refitted(ModelPartners chosen, CancellationToken cancellation)
    {
        Report("fitting them once more, to everything");
        var ends = log.UserStarts[1..];
        var (sequences, times) = (Sequences(ends), Times(ends));
        return new ModelPartners(
            chosen.Rules is null ? null : ItemRulesFit.Fit(sequences, times, log.ItemCount, _rulesOptions!, cancellation),
            chosen.Neighbours is null ? null : SessionKnn.Fit(sequences, times, log.ItemCount, chosen.Neighbours.Options),
            chosen.Weights);
    }

    private void Report(string message, bool soonOutdated = false) =>
        progress.Report(new TrainingProgress { Phase = "partners", Fraction = 1, Message = message, InEpoch = soonOutdated });

    private List<int[]> Sequences(int[] ends) => [.. Enumerable.Range(0, log.UserCount).Select(user => Targets(user, ends[user]))];

    private List<long[]>? Times(int[] ends) => !_timesTell ? null : [.. Enumerable.Range(0, log.UserCount).Select(user => Targets(user, ends[user], log.TimesMs))];

    /// <summary>What a held-out user's list is made from: the newest before what is held out, since a served user's ring keeps no more.</summary>
    private int[] HistoryOf(int user)
    {
        var targets = Targets(user, split.TrainingEnds[user]);
        return targets[Math.Max(0, targets.Length - settings.WindowLength)..];
    }

    private int[] Targets(int user, int end) => Targets(user, end, log.Items);

    private T[] Targets<T>(int user, int end, T[] column)
    {
        var values = new List<T>(end - log.UserStarts[user]);
        for (var i = log.UserStarts[user]; i < end; i++)
            if (log.IsTarget(i))
                values.Add(column[i]);
        return [.. values];
    }
}
