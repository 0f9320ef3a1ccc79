using System.Buffers;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Recsys.Server.Validation;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Validation;

public sealed class Utf8RepairTests
{
    [Fact]
    public void Strings_that_are_not_utf8_when_repaired_are_marked_and_nothing_else_changes()
    {
        var message = Sample.Write(Sample.Play("QQQQ", "item"), Sample.Play("user", "QQQQ"));
        message.Events[0].Context = new RequestContext { Attributes = { ["key"] = "QQQQ" }, Device = "tv" };
        var bytes = message.ToByteArray();
        for (int at; (at = bytes.AsSpan().IndexOf("QQQQ"u8)) >= 0;) new byte[] { 0xFF, 0xFE, 0xC0, 0x80 }.CopyTo(bytes, at);
        Assert.Throws<InvalidProtocolBufferException>(() => WriteEventsRequest.Parser.ParseFrom(bytes));

        var repaired = WriteEventsRequest.Parser.ParseFrom(Utf8Repair.TryRepair(new ReadOnlySequence<byte>(bytes), WriteEventsRequest.Descriptor));
        message.Events[0].UserId = "\uFFFF";
        message.Events[0].Context.Attributes["key"] = "\uFFFF";
        message.Events[1].ItemId = "\uFFFF";
        Assert.Equal(message, repaired);
    }

    [Fact]
    public void Message_that_is_right_when_looked_at_is_left_alone() =>
        Assert.Null(Utf8Repair.TryRepair(new ReadOnlySequence<byte>(Sample.Write(Sample.Play("u", "ü")).ToByteArray()), WriteEventsRequest.Descriptor));

    [Fact]
    public void Random_bytes_when_repaired_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            Utf8Repair.TryRepair(new ReadOnlySequence<byte>(bytes), StreamRecommendationsRequest.Descriptor);
        });

    [Fact]
    public void Nesting_that_is_too_deep_when_repaired_does_not_overflow_the_stack()
    {
        // UserService has no message that nests itself, google.protobuf.Value has: struct_value.fields.value...
        var bytes = Encoding.UTF8.GetBytes("x");
        for (var i = 0; i < 10_000; i++)
        {
            using var output = new MemoryStream();
            using (var writer = new CodedOutputStream(output, leaveOpen: true))
            {
                writer.WriteTag(6, WireFormat.WireType.LengthDelimited);
                writer.WriteBytes(ByteString.CopyFrom(bytes));
            }

            bytes = output.ToArray();
            if (bytes.Length > 100_000) break;
        }

        Utf8Repair.TryRepair(new ReadOnlySequence<byte>(bytes), Google.Protobuf.WellKnownTypes.Value.Descriptor);
    }
}
