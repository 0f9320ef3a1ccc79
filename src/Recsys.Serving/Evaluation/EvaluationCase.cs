using Recsys.Inference;
using Recsys.Inference.Networks;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;

namespace Recsys.Serving.Evaluation;

/// <summary>
/// A held-out user in the evaluated model's dense ids. What is made of the history is made each time it's asked for: a test user with thousands of moments shares one history among them, and
/// copies for each moment would take memory by the square of its length.
/// </summary>
internal sealed class EvaluationCase
{
    private readonly LiveModel _model;
    private readonly bool _excludeSeen;
    private readonly int _windowLength;

    /// <summary>Translates a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="model">Whose dense ids.</param>
    /// <param name="excludeSeen">Leave out what the user has interacted with.</param>
    /// <param name="windowLength">Newest interactions that the network reads.</param>
    public EvaluationCase(HeldOutUser user, LiveModel model, bool excludeSeen, int windowLength)
    {
        (User, _model, _excludeSeen, _windowLength) = (user, model, excludeSeen, windowLength);
        Target = excludeSeen && user.History.Any(interaction => interaction.Item == user.Target.Item) ? -1 : model.DenseId(user.Target.Item);
        RequestGap = TimeGap.Bucket(user.Target.TimeMs - user.History[^1].TimeMs);
    }

    /// <summary>The user.</summary>
    public HeldOutUser User { get; }

    /// <summary>
    /// The target; -1: no recommender can find it (it isn't in the training set, or seen items are left out and it is one), which counts as a miss for all.
    /// </summary>
    public int Target { get; }

    /// <summary>How long after the newest interaction the target came: what a network is told where the request's time is known.</summary>
    public byte RequestGap { get; }

    /// <summary>Items that don't compete: those of the history where seen items are left out.</summary>
    public int[] Excluded => _excludeSeen ? [.. User.History.Select(interaction => _model.DenseId(interaction.Item)).Where(item => item >= 0).Distinct()] : [];

    /// <summary>The targets of the history, oldest first: what baselines go by.</summary>
    public int[] Sequence => [.. Learned.Select(interaction => _model.DenseId(interaction.Item))];

    /// <summary>What kind each of <see cref="Sequence"/> was.</summary>
    public InteractionKind[] SequenceKinds => [.. Learned.Select(interaction => interaction.Kind)];

    /// <summary>How strong each of <see cref="Sequence"/> was.</summary>
    public byte[] SequenceStrengths => [.. Learned.Select(interaction => interaction.Strength)];

    /// <summary>The targets among the newest interactions, oldest first, -1 for items that the model doesn't know: what the network's partners go by.</summary>
    public int[] Recent => [.. User.History.Skip(WindowStart).Where(Holdout.IsTarget).Select(interaction => _model.DenseId(interaction.Item))];

    /// <summary>The newest interactions of the history, oldest first: what the network goes by.</summary>
    public SessionStep[] Window
    {
        get
        {
            var (history, start) = (User.History, WindowStart);
            return
            [
                .. Enumerable.Range(start, history.Count - start).Select(i => new SessionStep(
                    _model.DenseId(history[i].Item),
                    history[i].Kind,
                    history[i].Strength,
                    i == start ? TimeGap.Unknown : TimeGap.Bucket(history[i].TimeMs - history[i - 1].TimeMs))),
            ];
        }
    }

    private int WindowStart => Math.Max(0, User.History.Count - _windowLength);

    private IEnumerable<Interaction> Learned => User.History.Where(interaction => Holdout.IsTarget(interaction) && _model.DenseId(interaction.Item) >= 0);
}
