using Recsys.Serving.Sessions;

namespace Recsys.Serving.Lists;

/// <summary>What any of a list's users has interacted with.</summary>
internal sealed class SeenItems
{
    private readonly HashSet<uint> _recent = [];
    private readonly List<OlderItems> _older = [];

    public SeenItems(Audience audience)
    {
        foreach (var listener in audience.Listeners)
        {
            if (listener.State is not { } state) continue;
            foreach (var interaction in state.Ring) _recent.Add(interaction.Item);
            if (state.Older.Count > 0) _older.Add(state.Older);
        }
    }

    public bool Contains(uint item)
    {
        if (_recent.Contains(item)) return true;
        foreach (var older in _older)
        {
            if (older.Contains(item)) return true;
        }

        return false;
    }
}
