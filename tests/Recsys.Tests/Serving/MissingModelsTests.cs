using Microsoft.Extensions.Time.Testing;
using Recsys.Serving.Live;

namespace Recsys.Tests.Serving;

public sealed class MissingModelsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lists_lack_the_live_model_unless_it_made_them()
    {
        var missing = new MissingModels(_time);
        Assert.False(missing.Lacks("default", null));
        missing.Add("default", "session-2");

        Assert.True(missing.Lacks("default", null));
        Assert.True(missing.Lacks("default", "session-1"));
        // Between the switch to it and its removal from here.
        Assert.False(missing.Lacks("default", "session-2"));
        Assert.False(missing.Lacks("other", null));

        // Another replica switched on meanwhile.
        missing.Add("default", "session-3");
        Assert.True(missing.Lacks("default", "session-2"));
        missing.Remove("default");
        Assert.False(missing.Lacks("default", null));
    }

    [Fact]
    public void Tries_come_at_growing_pauses_whatever_is_noted_meanwhile()
    {
        var missing = new MissingModels(_time);
        missing.Add("default", "session-1");
        Assert.Empty(missing.TakeDue());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["default"], missing.TakeDue());
        missing.Add("default", "session-2");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(missing.TakeDue());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["default"], missing.TakeDue());
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(["default"], missing.TakeDue());
        }
    }
}
