using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Models;

public sealed class LiveHistoryTests
{
    [Fact]
    public void Rolling_back_walks_back_through_the_activations_and_never_forward()
    {
        var history = LiveHistory.Empty.Activated("1").Activated("2").Activated("1").Activated("3");
        Assert.Equal(("3", "1,2,1"), (history.Live, string.Join(',', history.Previous)));
        history = history.RolledBackTo("1");
        Assert.Equal(("1", "1,2"), (history.Live, string.Join(',', history.Previous)));
        history = history.RolledBackTo("2").RolledBackTo("1");
        Assert.Equal(("1", ""), (history.Live, string.Join(',', history.Previous)));
        Assert.Throws<ArgumentException>(() => history.RolledBackTo("3"));
    }

    [Fact]
    public void Activating_the_live_model_again_leaves_no_trace()
    {
        var history = LiveHistory.Empty.Activated("1").Activated("2");
        Assert.Equal(history, history.Activated("2"));
    }

    [Fact]
    public void The_history_is_bounded()
    {
        var history = LiveHistory.Empty;
        for (var i = 0; i < 500; i++) history = history.Activated($"{i}");
        Assert.Equal(100, history.Previous.Count);
        Assert.Equal("498", history.Previous[^1]);
    }
}
