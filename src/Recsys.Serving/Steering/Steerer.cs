using Recsys.Inference;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;

namespace Recsys.Serving.Steering;

/// <summary>Makes of what users want and picked what a list of theirs goes by.</summary>
internal sealed class Steerer(ItemNumbers items, CatalogueMirror catalogue)
{
    private const long MsBetweenPicks = 1_000;

    /// <summary>
    /// The audience as the list may know it: without anybody's history where the request wants no personalisation, and with what new users picked in place of the history that they don't
    /// have yet.
    /// </summary>
    public Audience Personalized(ListRequest request, Audience audience, long moment)
    {
        if (!request.NoPersonalization && !HasPicks(audience)) return audience;
        return audience with
        {
            Listeners = [.. audience.Listeners.Select(listener => request.NoPersonalization ? listener with { State = null } : WithPicks(request.Namespace, listener, moment))],
        };
    }

    /// <summary>The request for those alone of whom the list may know what they did.</summary>
    /// <param name="request">The request.</param>
    /// <param name="audience">Its users.</param>
    public static ListRequest OfProfiled(ListRequest request, Audience audience)
    {
        var users = request.UserIds.Distinct(StringComparer.Ordinal).Where((_, place) => IsProfiled(request, audience.Listeners[place]));
        return request with { UserIds = [.. users] };
    }

    /// <summary>What the users want of this list; null: nobody said anything.</summary>
    public ListSteering? Of(ListRequest request, Audience audience, LiveModel? model)
    {
        ListSteering? steering = null;
        foreach (var listener in audience.Listeners)
        {
            if (listener.Profile?.Steering is not { IsEmpty: false } own) continue;
            steering ??= new(catalogue, model);
            var share = IsProfiled(request, listener) ? 1f / audience.Listeners.Count : 0;
            foreach (var preference in own.Preferences) Add(steering, request.Namespace, preference, share);
            if (own.Picks is not { } picks || share * Freshness(listener) is not (> 0 and var fresh)) continue;
            foreach (var genre in picks.Genres) steering.AddLabel(Key(SubjectKind.Genre, genre), fresh * SteeringWeights.PickedLabel);
            foreach (var tag in picks.Tags) steering.AddLabel(Key(SubjectKind.Tag, tag), fresh * SteeringWeights.PickedLabel);
        }

        return steering;
    }

    private static bool HasPicks(Audience audience)
    {
        for (var i = 0; i < audience.Listeners.Count; i++)
        {
            if (audience.Listeners[i].Profile?.Steering?.Picks is not null) return true;
        }

        return false;
    }

    private static bool IsProfiled(ListRequest request, Listener listener) => !request.NoPersonalization && listener.Profile?.Personalization != ConsentChoice.Denied;

    /// <summary>How much picks count still, 1 to 0.</summary>
    private static float Freshness(Listener listener) => 1 - (Math.Min(SteeringWeights.PickedUntil, listener.State?.InteractionCount ?? 0) / (float)SteeringWeights.PickedUntil);

    private static ulong Key(SubjectKind kind, string label) => FieldKeys.Of(
        kind switch
        {
            SubjectKind.Creator => FieldKeys.Creators,
            SubjectKind.Tag => FieldKeys.Tags,
            _ => FieldKeys.Genres,
        },
        FieldKeys.OfText(label));

    /// <param name="steering">Receives it.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="preference">One word.</param>
    /// <param name="share">How much of it counts in the mean of all users; a NOT counts whole.</param>
    private void Add(ListSteering steering, string ns, Preference preference, float share)
    {
        if (preference.Of != SubjectKind.Item)
        {
            var key = Key(preference.Of, preference.Name);
            if (preference.Kind == PreferenceKind.Not) steering.RefuseLabel(key);
            else if (share > 0) steering.AddLabel(key, share * (preference.Kind == PreferenceKind.More ? SteeringWeights.MoreLabel : SteeringWeights.LessLabel));
        }
        else if (items.TryGet(ns, preference.Name, out var item))
        {
            if (preference.Kind == PreferenceKind.Not) steering.RefuseItem(item);
            else if (share > 0) steering.AddItem(item, share * (preference.Kind == PreferenceKind.More ? SteeringWeights.More : SteeringWeights.Less));
        }
    }

    /// <summary>
    /// The picks as likes just before the user's first event, in a state that nobody stores: the networks read them as any history. Of n picks the last n (1 - interactions / 5) count.
    /// </summary>
    private Listener WithPicks(string ns, Listener listener, long moment)
    {
        if (listener.Profile is not { Steering.Picks.ItemIds: { Count: > 0 } picked, Personalization: not ConsentChoice.Denied }) return listener;
        var count = (int)MathF.Ceiling(picked.Count * Freshness(listener));
        if (count == 0) return listener;
        var own = listener.State;
        var first = own is { Ring.Count: > 0 } ? own.Ring[0].TimeMs : own is { OpenPlays.Count: > 0 } ? own.OpenPlays[0].StartMs : moment;
        var state = new SessionState { InteractionCount = own?.InteractionCount ?? 0, NewestEventMs = own?.NewestEventMs ?? first };
        for (var i = picked.Count - count; i < picked.Count; i++)
        {
            if (items.TryGet(ns, picked[i], out var item)) state.Ring.Add(new(item, InteractionKind.Like, Strength.Unknown, first - ((picked.Count - i) * MsBetweenPicks)));
        }

        if (state.Ring.Count == 0) return listener;
        if (own is null) return listener with { State = state };
        state.Ring.AddRange(own.Ring);
        state.OpenPlays.AddRange(own.OpenPlays);
        return listener with { State = state };
    }
}
