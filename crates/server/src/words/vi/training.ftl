# Đào tạo: bài thực hành, chứng nhận, sổ tay.
nav-training = Đào tạo
training-explained = Mỗi bài kể về một hộ không có thật. Anh, chị điền phiếu như khi đi rà soát; máy so với đáp án và giải thích từng chỗ khác. Hồ sơ thật không bị động đến.
training-handbook = Mở sổ tay
training-booklet = Sổ tay để in (PDF)
training-module = Bài
training-level = Mức
training-state = Tình trạng
training-required = bắt buộc
training-done = Hoàn thành ngày { $day }.
training-out-of-date = Hoàn thành ngày { $day }, nhưng chuẩn đã thay đổi từ đó: hãy làm lại.
training-open = Chưa làm
training-certificate = Giấy chứng nhận hoàn thành
training-certificate-title = GIẤY CHỨNG NHẬN HOÀN THÀNH
training-certificate-text = đã hoàn thành bài “{ $module }” ngày { $day }, theo chuẩn:
training-changed-since = Chuẩn đã thay đổi sau khi anh, chị hoàn thành bài này. Hãy làm lại bài.
training-require = Điều kiện để ra quyết định
training-require-explained = Người chưa hoàn thành các bài được chọn theo chuẩn của kỳ rà soát thì không ra quyết định được. Không chọn bài nào thì chỉ nhắc, không chặn. Mỗi bài chỉ tính cho kỳ rà soát theo chuẩn của bài đó và theo chuẩn địa phương dựa trên chuẩn đó.
training-nothing-kept = Điều điền ở đây không được lưu. Chỉ lưu việc đã hoàn thành bài, và đếm chỗ hay sai, không ghi tên ai.
training-story = Hộ gia đình
training-form = Phiếu hỏi
training-form-hint = Trả lời theo lời kể và hình vẽ. Điều lời kể không nói đến thì để trống.
training-compare = So với đáp án
training-differences = { $count ->
        [0] Những điều đã trả lời đều đúng
        [1] Một chỗ khác đáp án
        *[other] { $count } chỗ khác đáp án
    }
training-left-open = { $count ->
        [1] Còn một câu chưa trả lời
        *[other] Còn { $count } câu chưa trả lời
    }
training-changes-result = làm kết quả khác đi
training-about = Về
training-yours = Anh, chị ghi
training-right = Đáp án
training-why = Vì sao
training-where = Sổ tay, điều luật
training-page = Trang { $number }
training-unreadable = Có câu trả lời không đọc được; xem chỗ đánh dấu trong phiếu.
training-told-old = Chuẩn đã thay đổi sau khi anh, chị hoàn thành: { $modules }.
training-told-missing = Anh, chị chưa hoàn thành: { $modules }.
training-told-required = Phải hoàn thành các bài bắt buộc thì mới ra quyết định được.

# Lớp đào tạo.
courses = Lớp đào tạo
course = Lớp
course-add = Mở lớp
course-none = Chưa có lớp nào.
course-begins = Ngày bắt đầu
course-invited = Người được mời
course-title = Tên lớp
course-pack = Chuẩn được học
course-materials = Tài liệu, những gì cần mang theo
course-session = Buổi { $number }
course-sessions = Các buổi
course-capacity = Số chỗ
course-capacity-hint = Để trống nếu không giới hạn.
course-room = Đã mời { $invited } người, lớp có { $capacity } chỗ.
course-held = buổi đã qua, không sửa được
course-change = Sửa lớp
course-change-hint = Sửa được tên, tài liệu, số chỗ và các buổi sắp tới. Bỏ trống ngày thì buổi ấy bị bỏ.
course-call-off = Hủy lớp
course-call-off-hint = Người được mời vẫn thấy lớp, cùng với lý do hủy. Lớp đã hủy thì không mở lại được.
course-reason = Lý do hủy
course-called-off = đã hủy
course-called-off-on = Lớp đã hủy ngày { $day }.
course-take-back = Rút lời mời
course-take-back-of = Rút lời mời { $name }
course-number = Buổi
course-day = Ngày
course-place = Nơi học
course-present = Có mặt
course-not-recorded = chưa ghi
course-nobody = Chưa mời ai.
course-completed = Bài đã hoàn thành
course-results = Kết quả theo địa bàn
course-was-there = Có mặt ít nhất một buổi
course-completed-all = Hoàn thành mọi bài
course-record = Ghi người có mặt, buổi { $number }
course-invite = Mời
course-all-invited = Mọi tài khoản trong địa bàn đã được mời.
course-page = Trang sổ tay
course-times = Số phiếu
course-missed = Chỗ hay sai nhất
course-missed-explained = Mỗi phiếu thực hành khác đáp án ở trang nào thì trang ấy được đếm một lần. Không lưu phiếu của ai.
course-missed-nothing = Chưa có phiếu nào khác đáp án.
